package inngestkit_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
)

// A load balancer asks for readiness, which turns false when the app shuts down.
func ExampleApp_HealthHandler() {
	app := newExampleApp()
	mux := http.NewServeMux()
	mux.Handle("GET /ready", app.HealthHandler())

	get(mux, "/ready")
	_ = app.Shutdown(context.Background())
	get(mux, "/ready")
	// Output:
	// 200 {"ready":true,"configured":true,"draining":false,"mode":"dev","functions":0,"inFlight":0,"lastSync":null}
	// 503 {"ready":false,"configured":true,"draining":true,"mode":"dev","functions":0,"inFlight":0,"lastSync":null}
}

// A supervisor asks for liveness, which stays true while the app drains.
func ExampleApp_LivenessHandler() {
	app := newExampleApp()
	mux := http.NewServeMux()
	mux.Handle("GET /live", app.LivenessHandler())

	_ = app.Shutdown(context.Background())
	get(mux, "/live")
	// Output: 200 {"live":true}
}

func get(h http.Handler, path string) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	fmt.Println(w.Code, w.Body)
}
