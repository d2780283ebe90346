package adaptertest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// testTimeout lets a timeout of the application end the second step of three.
func testTimeout(t *testing.T, a Adapter) {
	for name, c := range map[string]struct {
		adapter Adapter
		foreign Foreign
	}{
		"of the framework's":  {a, Deadline},
		"http.TimeoutHandler": {around(a, func(h http.Handler) http.Handler { return http.TimeoutHandler(h, DeadlineAfter, "") }), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, n *network) { timeOut(t, n, c.adapter, c.foreign) })
		})
	}
}

func timeOut(t *testing.T, n *network, a Adapter, foreign Foreign) {
	t.Helper()
	var ran [3]atomic.Int32
	p := playOn(t, n, a, func(s *Setup) { s.Foreign = foreign },
		function("three", func(ctx context.Context, _ inngestgo.Input[order]) (any, error) {
			for i := range ran {
				_, err := step.Run(ctx, fmt.Sprint("step ", i), func(ctx context.Context) (int32, error) {
					n := ran[i].Add(1)
					if i == 1 && n == 1 {
						<-ctx.Done()
						return 0, context.Cause(ctx)
					}
					return n, nil
				})
				if err != nil {
					return nil, err
				}
			}
			return "done", nil
		}))
	equal(t, "output", p.outputs(p.order())["three"], `"done"`)
	equal(t, "how often each step ran", [...]int32{ran[0].Load(), ran[1].Load(), ran[2].Load()}, [...]int32{1, 2, 1})
	equal(t, "calls answered 200 null", p.nulls.Load(), 0)
}

// testDeadline lets a deadline of the framework end a call between its steps.
func testDeadline(t *testing.T, a Adapter) {
	inBubble(t, func(t *testing.T, n *network) {
		k := newKitOn(t, n, a, func(s *Setup) { s.Foreign = Deadline }, nil,
			function("waits", func(ctx context.Context, _ inngestgo.Input[order]) (any, error) {
				<-ctx.Done()
				return "too late", nil
			}))
		r := k.call("waits", callBody(t, order{ID: "o-1"}, nil))
		equal(t, "status", r.status, http.StatusInternalServerError)
		e := parse[wire.CallError](t, r.body)
		if e.Name != "CallInterrupted" || !strings.Contains(e.Message, "deadline") {
			t.Errorf("the error is %+v, want it to name the deadline", e)
		}
	})
}

// testServerTimeouts lets the server's timeouts pass during a call, behind the
// adapter's Middleware. They are meant for slow clients.
func testServerTimeouts(t *testing.T, a Adapter) {
	const timeout = time.Second
	inBubble(t, func(t *testing.T, n *network) {
		k := newKitOn(t, n, a, func(s *Setup) { s.Middleware = true }, nil,
			function("lasting", func(ctx context.Context, _ inngestgo.Input[order]) (any, error) {
				lasting, cancel := context.WithTimeout(ctx, 4*timeout)
				defer cancel()
				<-lasting.Done()
				return "done", context.Cause(ctx)
			}))
		server := n.unstarted(k.handler)
		server.Config.ReadTimeout, server.Config.WriteTimeout = timeout, timeout
		server.Start()
		t.Cleanup(server.Close)
		k.url = server.URL
		equal(t, "result", k.call("lasting", callBody(t, order{ID: "o-1"}, nil)).body, `"done"`)
	})
}

// testTimedOutHandler lets a handler succeed after a timeout has answered its
// client.
func testTimedOutHandler(t *testing.T, a Adapter) {
	impatient := around(a, func(h http.Handler) http.Handler { return http.TimeoutHandler(h, time.Second, "") })
	inBubble(t, func(t *testing.T, n *network) {
		returned := make(chan struct{})
		k := newKitOn(t, n, impatient, func(s *Setup) {
			s.Middleware, s.Handle = true, func(w http.ResponseWriter, r *http.Request) error {
				defer close(returned)
				<-r.Context().Done()
				return created(w, r)
			}
		}, nil)
		equal(t, "status", k.do(http.MethodPost, HandledPath, nil).status, http.StatusServiceUnavailable)
		<-returned
		if err := k.app.Shutdown(t.Context()); err != nil { // it waits for events
			t.Fatal(err)
		}
		equal(t, "events", len(k.inngest.received(t)), 2)
	})
}
