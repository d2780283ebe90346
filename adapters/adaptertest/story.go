package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"
)

// testControlFlow runs whatever the SDK interrupts a function for. The kit
// fails the test if the framework's recovery middleware sees any of it.
func testControlFlow(t *testing.T, a Adapter) {
	p := play(t, a, nil,
		function("everything", func(ctx context.Context, in inngestgo.Input[order]) (any, error) {
			step.Sleep(ctx, "nap", time.Millisecond)
			both := group.Parallel(ctx,
				func(ctx context.Context) (any, error) { return step.Run(ctx, "left", value("l")) },
				func(ctx context.Context) (any, error) { return step.Run(ctx, "right", value("r")) },
			)
			if err := both.AnyError(); err != nil {
				return nil, err
			}
			_, wait := step.WaitForEvent[any](ctx, "wait", step.WaitForEventOpts{Event: "adaptertest/never", Timeout: time.Millisecond})
			asked, err := step.Invoke[string](ctx, "ask", step.InvokeOpts{FunctionId: appID + "-asked", Data: map[string]any{"id": "o-2"}})
			if err != nil {
				return nil, err
			}
			last, err := step.Run(ctx, "last", value("!"))
			return fmt.Sprint(both[0].Value, both[1].Value, errors.Is(wait, step.ErrEventNotReceived), asked, last), err
		}),
		function("asked", func(_ context.Context, in inngestgo.Input[order]) (any, error) { return in.Event.Data.ID, nil }),
	)
	equal(t, "output", p.outputs(p.order())["everything"], `"lrtrueo-2!"`)
}

func value(s string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return s, nil }
}

// testTimeout lets a timeout of the application's own fire inside the second
// step of three.
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
			var ran [3]atomic.Int32
			p := play(t, c.adapter, func(s *Setup) { s.Foreign = c.foreign },
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
		})
	}
}
