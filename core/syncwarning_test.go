package inngestkit_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func TestSyncWarnsOfMissingFunctions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config inngestkit.Config
		sync   func(h *hook)
	}{
		"dev":   {inngestkit.Config{}, func(h *hook) { h.serve(put("/api/inngest")) }},
		"cloud": {inngestkit.Config{Mode: inngestkit.ModeCloud, SigningKey: signingKey, EventKey: "key"}, func(h *hook) { h.serve(signedPut(signingKey)) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := newInngestAPI(t, accept)
			c.config.APIBaseURL = api.URL
			h := newHook(t, c.config)
			if _, err := inngestgo.CreateFunction(h.app.Client(), opts("stray"), inngestgo.EventTrigger("e", nil), one); err != nil {
				t.Fatal(err)
			}
			c.sync(h)
			for _, want := range []string{"a sync registers no functions", "inngestkit.Adopt(fn)", "functions=1"} {
				if !strings.Contains(h.log.String(), want) {
					t.Errorf("the log lacks %q:\n%s", want, h.log)
				}
			}
		})
	}
	h := newHook(t, inngestkit.Config{DevServerURL: newInngestAPI(t, accept).URL}, fn(one))
	h.serve(put("/api/inngest"))
	if strings.Contains(h.log.String(), "level=WARN msg=\"inngestkit: a sync") {
		t.Errorf("an ordinary sync warns:\n%s", h.log)
	}
}

// signedPut is an in-band sync.
func signedPut(key string) *http.Request {
	body := []byte(`{"url":"http://shop.test/api/inngest"}`)
	r := httptest.NewRequest(http.MethodPut, "/api/inngest", bytes.NewReader(body))
	r.Header.Set(wire.HeaderSignature, signature.Sign(key, body, time.Now()))
	return r
}

// A diagnosis signs with a key that the app lacks. It leaves no trace.
func TestLastSyncCountsRealSyncsOnly(t *testing.T) {
	t.Parallel()
	api := newInngestAPI(t, func(*http.Request) (int, string) { return http.StatusBadRequest, `{}` })
	h := newHook(t, inngestkit.Config{DevServerURL: api.URL}, fn(one))
	h.serve(signedPut(signingKey))
	if last := h.app.Health().LastSync; last != nil {
		t.Errorf("the last sync is %+v", last)
	}
	h.serve(put("/api/inngest"))
	if last := h.app.Health().LastSync; last == nil || last.Error == "" {
		t.Errorf("the last sync is %+v, want the server's refusal", last)
	}
}

// onLoopback reaches this machine only.
type onLoopback struct{}

func (onLoopback) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Hostname() != "127.0.0.1" {
		return nil, errors.New("there is no way to " + r.URL.Host)
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestSyncLooksAtTheAddress(t *testing.T) {
	t.Parallel()
	api := newInngestAPI(t, accept)
	client := &http.Client{Transport: onLoopback{}}
	h := newHook(t, inngestkit.Config{DevServerURL: api.URL, HTTPClient: client, Logger: slog.New(slog.DiscardHandler)}, fn(one))
	own := httptest.NewServer(h.handler)
	t.Cleanup(own.Close)
	other := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for url, want := range map[string]string{
		own.URL:                "",
		other.URL + "/api":     "answered 404 Not Found by something other than the app's webhook",
		gone.URL:               "nothing answers at",
		"http://shop.invalid/": "", // a public address need not be reachable from inside
	} {
		switch err := h.app.Sync(t.Context(), url); {
		case want == "" && err != nil, want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("Sync(%s): %v, want %q", url, err, want)
		}
	}
	if n := len(api.requests); n != 2 {
		t.Errorf("%d registrations were sent, want 2", n)
	}
}
