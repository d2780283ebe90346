package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"
)

// testControlFlow runs a function with every kind of step at which the SDK
// interrupts it. The kit fails the test if an interruption reaches the framework's
// recovery middleware.
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
