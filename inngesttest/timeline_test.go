package inngesttest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// TestTimeline has a run with each kind of step, and two ends of those that wait.
func TestTimeline(t *testing.T) {
	t.Parallel()
	child := inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "child"}, OrderCreated.Trigger(),
		func(context.Context, inngestgo.Input[OrderData]) (any, error) { return "from the child", nil })
	env := inngesttest.NewFunctions(t, child, on(func(ctx context.Context, in input) (any, error) {
		_, _ = do(ctx, "runs")
		_, _ = step.Run(ctx, "fails", func(context.Context) (any, error) { return nil, errors.New("no luck") })
		step.Sleep(ctx, "sleeps", time.Hour)
		step.Sleep(ctx, "mocked-sleep", time.Hour)
		_, _ = OrderConfirmed.Wait(ctx, "gets-event", time.Hour)
		_, _ = OrderConfirmed.Wait(ctx, "gets-none", time.Hour)
		_, _ = OrderConfirmed.Wait(ctx, "mocked-wait", time.Hour)
		_, _ = step.WaitForSignal[string](ctx, "gets-signal", step.WaitForSignalOpts{Signal: "approval", Timeout: time.Hour})
		_, _ = step.WaitForSignal[string](ctx, "gets-no-signal", step.WaitForSignalOpts{Signal: "approval", Timeout: time.Hour})
		_, _ = step.Invoke[string](ctx, "invokes", step.InvokeOpts{FunctionId: "test-child", Data: map[string]any{"orderId": "o1"}})
		_, _ = step.Invoke[string](ctx, "invokes-in-vain", step.InvokeOpts{FunctionId: "test-child", Data: map[string]any{}})
		if in.InputCtx.Attempt == 0 {
			return nil, errors.New("once more")
		}
		return "done", nil
	}))
	env.Step("mocked-sleep").Returns(nil)
	env.Step("mocked-wait").Returns(OrderData{OrderID: "o2"})
	run := env.Trigger(started())
	env.Advance(time.Hour)
	env.Send(OrderConfirmed.New(OrderData{OrderID: "o1"}))
	env.Advance(time.Hour)
	env.Signal("approval", "yes")
	env.AdvanceToEnd(run)
	golden(t, run.Timeline())
	env.LastRun("child").RequireFailed("ValidationError")
}
