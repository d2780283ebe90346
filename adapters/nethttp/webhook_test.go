package inngesthttp_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

func TestIsWebhook(t *testing.T) {
	t.Parallel()
	app := newApp(t, nil)
	sub := http.NewServeMux()
	inngesthttp.Mount(sub, app)
	mux := http.NewServeMux()
	inngesthttp.Mount(mux, app)
	inngesthttp.Mount(mux, app, inngesthttp.WithPath("of/{tenant}/hooks"))
	mux.Handle("/handler", inngesthttp.Handler(app))
	mux.Handle("/wrapped", http.TimeoutHandler(inngesthttp.Handler(app), time.Minute, ""))
	mux.Handle("/sub/", http.StripPrefix("/sub", sub))
	mux.Handle("/", http.NotFoundHandler())
	for path, want := range map[string]bool{
		"/api/inngest": true, "/api/inngest/": true, "/of/acme/hooks": true, "/handler": true,
		"/wrapped": false, "/sub/api/inngest": false, "/api/inngest/x": false, "/api/inngestx": false, "//api/inngest": false, "/": false,
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
			if got := inngesthttp.IsWebhook(mux, httptest.NewRequest(method, path, nil)); got != want {
				t.Errorf("IsWebhook of %s %s is %t", method, path, got)
			}
		}
	}
	if !inngesthttp.IsWebhook(sub, httptest.NewRequest(http.MethodGet, "/api/inngest", nil)) {
		t.Error("the inner mux does not know its webhook")
	}
}

func ExampleIsWebhook() {
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev})
	if err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	inngesthttp.Mount(mux, app)
	mux.HandleFunc("GET /orders", func(http.ResponseWriter, *http.Request) {})
	auth := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !inngesthttp.IsWebhook(mux, r) && r.Header.Get("Authorization") == "" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		mux.ServeHTTP(w, r)
	})
	for _, path := range []string{"/api/inngest", "/orders"} {
		w := httptest.NewRecorder()
		auth.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(path, w.Code)
	}
	// Output:
	// /api/inngest 200
	// /orders 401
}
