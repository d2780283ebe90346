package adaptertest

import (
	"net/http"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

func testHealth(t *testing.T, a Adapter) {
	k := newKit(t, a, nil, func(c *inngestkit.Config) { c.AllowUnsignedSync = true })
	ask := func(status int) inngestkit.Health {
		t.Helper()
		r := k.do(http.MethodGet, ReadyPath, nil)
		equal(t, "status", r.status, status)
		equal(t, "content type", r.header.Get("Content-Type"), "application/json")
		equal(t, "caching", r.header.Get("Cache-Control"), "no-store")
		return parse[inngestkit.Health](t, r.body)
	}
	want := inngestkit.Health{Ready: true, Configured: true, Mode: inngestkit.ModeCloud, Functions: len(shop())}
	equal(t, "health", ask(http.StatusOK), want)

	k.do(http.MethodPut, defaultPath, nil)
	synced := ask(http.StatusOK)
	if synced.LastSync == nil || synced.LastSync.Error != "" {
		t.Errorf("after a sync the health is %+v", synced)
	}
	k.inngest.server.Close()
	k.do(http.MethodPut, defaultPath, nil)
	if failed := ask(http.StatusOK); failed.LastSync == nil || failed.LastSync.Error == "" {
		t.Errorf("after a failed sync the health is %+v", failed)
	}
}

// testDraining asks while a call is running and the app is shutting down.
func testDraining(t *testing.T, a Adapter) {
	started, finish := make(chan struct{}), make(chan struct{})
	k := newKit(t, a, nil, nil, slow(started, finish))
	called, stopped := make(chan reply, 1), make(chan error, 1)
	go func() { called <- k.call("slow", callBody(t, order{ID: "o-1"}, nil)) }()
	<-started
	equal(t, "calls in flight", parse[inngestkit.Health](t, k.do(http.MethodGet, ReadyPath, nil).body).InFlight, 1)

	go func() { stopped <- k.app.Shutdown(t.Context()) }()
	r := k.do(http.MethodGet, ReadyPath, nil)
	for r.status == http.StatusOK { // Shutdown has not begun
		r = k.do(http.MethodGet, ReadyPath, nil)
	}
	equal(t, "status while draining", r.status, http.StatusServiceUnavailable)
	got := parse[inngestkit.Health](t, r.body)
	equal(t, "health while draining", []any{got.Ready, got.Draining, got.InFlight}, []any{false, true, 1})
	live := k.do(http.MethodGet, LivePath, nil)
	equal(t, "liveness while draining", []any{live.status, live.body}, []any{http.StatusOK, `{"live":true}`})
	close(finish)
	equal(t, "status of the call that ran", (<-called).status, http.StatusOK)
	equal(t, "error of Shutdown", <-stopped, nil)
}

// testLiveness uses an app that is not ready. It is live.
func testLiveness(t *testing.T, a Adapter) {
	k := newKit(t, a, nil, func(c *inngestkit.Config) { c.SigningKey = "" })
	equal(t, "status of readiness", k.do(http.MethodGet, ReadyPath, nil).status, http.StatusServiceUnavailable)
	live := k.do(http.MethodGet, LivePath, nil)
	equal(t, "liveness", []any{live.status, live.body}, []any{http.StatusOK, `{"live":true}`})
	equal(t, "content type", live.header.Get("Content-Type"), "application/json")
	equal(t, "caching", live.header.Get("Cache-Control"), "no-store")
}
