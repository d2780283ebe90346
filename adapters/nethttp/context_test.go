package inngesthttp_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

// TestNilContextIsLogged covers a mistake that no error of a handler reports.
func TestNilContextIsLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	app := newApp(t, slog.New(slog.NewTextHandler(&log, nil)))
	h := inngesthttp.Middleware(app, inngesthttp.WithContext(func(*http.Request) context.Context { return nil }))(http.NotFoundHandler())
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/orders", nil))
	if w.Code != http.StatusInternalServerError || !strings.Contains(log.String(), "WithContext") || !strings.Contains(log.String(), "path=/orders") {
		t.Errorf("answered %d, and the log says %q", w.Code, log.String())
	}
}

type tenantKey struct{}

func ExampleWithContext() {
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev})
	if err != nil {
		panic(err)
	}
	middleware := inngesthttp.Middleware(app, inngesthttp.WithContext(func(r *http.Request) context.Context {
		return context.WithValue(r.Context(), tenantKey{}, r.Header.Get("X-Tenant"))
	}))
	h := middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Context().Value(tenantKey{}))
	}))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("X-Tenant", "acme")
	h.ServeHTTP(httptest.NewRecorder(), r)
	// Output: acme
}
