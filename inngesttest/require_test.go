package inngesttest_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/inngesttest"
)

// TestRequire calls each Require method and each function that decodes an output
// where it must fail.
func TestRequire(t *testing.T) {
	t.Parallel()
	completed := func(t testing.TB) *inngesttest.Run { return twoSteps(t).Trigger(started()) }
	failed := func(t testing.TB) *inngesttest.Run {
		return inngesttest.NewFunctions(t, on(func(context.Context, input) (any, error) {
			return nil, inngestgo.NoRetryError(errors.New("no luck"))
		})).Trigger(started())
	}
	waiting := func(t testing.TB) *inngesttest.Run {
		return inngesttest.NewFunctions(t, waits("")).Trigger(started())
	}
	breaks := on(func(ctx context.Context, _ input) (any, error) {
		return step.Run(ctx, "breaks", func(context.Context) (any, error) { return nil, inngestgo.NoRetryError(errors.New("broken")) })
	})
	for name, c := range map[string]struct {
		test func(t testing.TB)
		want string
	}{
		"completed":                  {func(t testing.TB) { failed(t).RequireCompleted() }, "want completed"},
		"failed":                     {func(t testing.TB) { completed(t).RequireFailed() }, "want failed"},
		"failed with a text":         {func(t testing.TB) { failed(t).RequireFailed("luck", "money") }, `want an error with "money"`},
		"cancelled":                  {func(t testing.TB) { completed(t).RequireCancelled() }, "want cancelled"},
		"waiting":                    {func(t testing.TB) { completed(t).RequireWaiting() }, "want waiting"},
		"waiting at a step":          {func(t testing.TB) { waiting(t).RequireWaiting("confirmed", "paid") }, `want waiting at "paid"`},
		"steps":                      {func(t testing.TB) { completed(t).RequireSteps("b", "a") }, `want the steps ["b" "a"], got ["a" "b"]`},
		"no step":                    {func(t testing.TB) { completed(t).RequireNoStep("c").RequireNoStep("b") }, `want no step "b"`},
		"an output of a type":        {func(t testing.TB) { inngesttest.Output[int](completed(t)) }, "its output does not fit the type int"},
		"a step's output of a type":  {func(t testing.TB) { inngesttest.StepOutput[int](completed(t), "a") }, `the output of step "a" does not fit the type int`},
		"a step's output":            {func(t testing.TB) { inngesttest.StepOutput[string](completed(t), "c") }, `want a finished step "c"`},
		"a reached output of a type": {func(t testing.TB) { inngesttest.Output[int](twoSteps(t).RunStep("a", started())) }, `the output of step "a" does not fit the type int`},
		"a reached step's success": {func(t testing.TB) {
			inngesttest.Output[int](inngesttest.NewFunctions(t, breaks).RunStep("breaks", started()))
		}, `step "breaks" failed: Step failed: broken`},
		"a run of a function among others": {func(t testing.TB) {
			env := inngesttest.NewFunctions(t, orderFn(), stepsFn(1))
			env.Trigger(started())
			env.LastRun("process-order")
		}, "process-order has not run; runs so far: fn\n"},
		"functions with different ids": {func(t testing.TB) { inngesttest.NewFunctions(t, stepsFn(1), stepsFn(2)) }, "the functions cannot be registered:\n"},
		"a response of the webhook":    {func(t testing.TB) { inngesttest.ReadResponse(t, httptest.NewRecorder()) }, "the response (status 200) is not the webhook's"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if text := record(t, c.test); !strings.Contains(text, c.want) {
				t.Errorf("it says %q, want %q", text, c.want)
			}
		})
	}
}

// TestStepOutputOfWait decodes the event that ended a wait.
func TestStepOutputOfWait(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, waits(""))
	run := env.Trigger(started())
	env.Send(OrderConfirmed.New(OrderData{OrderID: "o1"}))
	ev := inngesttest.StepOutput[inngestgo.GenericEvent[OrderData]](run, "confirmed")
	equal(t, "event", ev.Name+" "+ev.Data.OrderID, "order.confirmed o1")
}
