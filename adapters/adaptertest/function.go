package adaptertest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/inngestkit/inngestkit/internal/wire"
)

func testContext(t *testing.T, a Adapter) {
	k := newKit(t, a, func(s *Setup) {
		s.Middleware = true
		s.Upstream = Traced
	}, nil)
	r := k.call("tenant", callBody(t, order{ID: "o-1"}, nil))
	equal(t, "tenant", r.body, `"acme"`)
}

func testPanic(t *testing.T, a Adapter) {
	k := newKit(t, a, nil, nil)
	r := k.call("panic", callBody(t, order{ID: "o-1"}, nil))
	equal(t, "status", r.status, http.StatusInternalServerError)
	equal(t, "no-retry header", r.header.Get(wire.HeaderNoRetry), "false")
	if e := parse[wire.CallError](t, r.body); !strings.Contains(e.Message, "the shop burns") {
		t.Errorf("the error is %+v, want the panic's own words", e)
	}
}

func testShutdown(t *testing.T, a Adapter) {
	k := newKit(t, a, nil, nil)
	if err := k.app.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := k.call("note", callBody(t, order{ID: "o-1"}, nil))
	equal(t, "status", r.status, http.StatusServiceUnavailable)
	equal(t, "Retry-After", r.header.Get(wire.HeaderRetryAfter), "1")
}
