package browser

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/inngest/inngestgo/step"
	"github.com/inngest/inngestgo/stephttp"
)

// TestEndpoints shows that runs of HTTP endpoints are listed like others, without
// the actions that endpoints do not support.
func TestEndpoints(t *testing.T) {
	s := startEmpty(t)
	provider := stephttp.Setup(stephttp.SetupOpts{Optional: stephttp.OptionalSetupOpts{BaseURL: s.URL()}})
	web := httptest.NewServer(provider.ServeHTTP(func(w http.ResponseWriter, r *http.Request) {
		_, _ = step.Run(r.Context(), "charge", func(context.Context) (string, error) { return "charged", nil })
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprint(w, `{"message":"no mail today"}`)
	}))
	t.Cleanup(web.Close)
	res, err := http.Get(web.URL + "/pay")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, res.Body) // the run is reported before the answer ends
	_ = res.Body.Close()
	for _, width := range []int64{phone, desktop} {
		tab := open(t, s.URL(), width, "light")
		for _, c := range []struct{ place, selector, text, missing string }{
			{"runs", ".row", "GET /pay", "Rerun"},
			{"runs/" + res.Header.Get("X-Run-Id"), ".lane", "charge", "Rerun"},
			{"functions", "li h3", "GET /pay", "Invoke"},
			{"apps", "li .pill", "HTTP endpoints", "Sync now"},
		} {
			tab.visit(c.place)
			tab.wait(find(c.selector, c.text))
			if eval[bool](tab, "Boolean("+find("button", c.missing)+")") {
				t.Errorf("%s offers %q", c.place, c.missing)
			}
			if out := eval[string](tab, overflow); out != "" {
				t.Errorf("%s at %d px: %s", c.place, width, out)
			}
		}
		tab.visit("runs/" + res.Header.Get("X-Run-Id"))
		tab.wait(find(".details", "Output") + ` && ` + find(".details", "no mail today"))
	}
}
