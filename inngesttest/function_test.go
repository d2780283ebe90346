package inngesttest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

func TestFunction(t *testing.T) {
	t.Parallel()
	fn := on(func(ctx context.Context, in input) (any, error) {
		a, err := do(ctx, "a")
		if err != nil {
			a = "failed: " + err.Error()
		}
		return fmt.Sprint(in.Event.Name, " ", len(in.Events), " attempt ", in.InputCtx.Attempt, " ", a), nil
	})
	for name, c := range map[string]struct {
		run  func(inngesttest.Function) *inngesttest.Run
		want string
	}{
		"trigger": {func(f inngesttest.Function) *inngesttest.Run { return f.Trigger(started()) }, "test.started 1 attempt 0 did a"},
		"batch":   {func(f inngesttest.Function) *inngesttest.Run { return f.TriggerBatch(started(), started()) }, "test.started 2 attempt 0 did a"},
		"invoke":  {func(f inngesttest.Function) *inngesttest.Run { return f.Invoke(map[string]any{"n": 1}) }, "inngest/function.invoked 1 attempt 0 did a"},
		"stored":  {func(f inngesttest.Function) *inngesttest.Run { return f.Stored("a", "stored").Trigger(started()) }, "test.started 1 attempt 0 stored"},
		"error": {func(f inngesttest.Function) *inngesttest.Run {
			return f.StoredError("a", errors.New("gone")).Trigger(started())
		}, "test.started 1 attempt 0 failed: gone"},
		"attempt": {func(f inngesttest.Function) *inngesttest.Run { return f.Stored("a", "").Attempt(3).Trigger(started()) }, "test.started 1 attempt 3 "},
		"fulled":  {func(f inngesttest.Function) *inngesttest.Run { return f.Trigger(started()) }, "test.started 1 attempt 0 did a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id := "fn"
			if name == "fulled" {
				id = "test-fn"
			}
			equal(t, "output", inngesttest.Output[string](c.run(inngesttest.NewFunctions(t, fn).Function(id))), c.want)
		})
	}
}

func TestStoredStepsOfOneID(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
		var all []string
		for range 3 {
			out, _ := do(ctx, "a")
			all = append(all, out)
		}
		return strings.Join(all, " "), nil
	}))
	run := env.Function("fn").Stored("a", "one").Stored("a", "two").Trigger(started())
	equal(t, "output", inngesttest.Output[string](run), "one two did a")
	run.RequireSteps("a", "a", "a")
}

func TestRunStep(t *testing.T) {
	t.Parallel()
	fn := on(func(ctx context.Context, _ input) (any, error) {
		if _, err := do(ctx, "first"); err != nil {
			return nil, err
		}
		step.Sleep(ctx, "nap", time.Hour)
		_, err := step.Run(ctx, "breaks", func(context.Context) (any, error) { return nil, inngestgo.NoRetryError(errors.New("broken")) })
		if err == nil {
			return nil, errors.New("it did not break")
		}
		_, _ = OrderConfirmed.Wait(ctx, "confirmed", time.Hour)
		_, err = step.Run(ctx, "last", func(context.Context) (any, error) { t.Error("RunStep went on"); return nil, nil })
		return nil, err
	})
	env := inngesttest.NewFunctions(t, fn)
	first := env.RunStep("first", started())
	equal(t, "output", inngesttest.Output[string](first), "did first")
	equal(t, "op", first.OpCode(), "StepRun")
	equal(t, "time", env.Elapsed(), 0)

	nap := env.RunStep("nap", started())
	equal(t, "options", string(nap.Options()), `{"duration":"1h"}`)
	equal(t, "op", nap.OpCode(), "Sleep")

	broken := env.RunStep("breaks", started())
	equal(t, "error", broken.Err().Error(), "Step failed: broken")

	wait := env.Function("fn").Stored("first", "x").RunStep("confirmed", started())
	equal(t, "options", string(wait.Options()), `{"event":"order.confirmed","timeout":"1h"}`)
}

// TestRunStepStopsOnce has a run after one that RunStep has stopped.
func TestRunStepStopsOnce(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, stepsFn(2))
	env.RunStep("step-0", started())
	env.Trigger(started()).RequireCompleted().RequireSteps("step-0", "step-1")
}

// TestRunStepOfTheTriggered finds the function that an event triggers among others,
// or says why it cannot.
func TestRunStepOfTheTriggered(t *testing.T) {
	t.Parallel()
	nightly := inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "nightly"}, inngestkit.Cron("0 3 * * *"),
		func(context.Context, input) (any, error) { return nil, nil })
	env := inngesttest.NewFunctions(t, nightly, orderFn(), stepsFn(1))
	equal(t, "output", inngesttest.Output[string](env.RunStep("step-0", started())), "did step-0")
	for name, c := range map[string]struct {
		run  func(t testing.TB)
		want string
	}{
		"none": {func(t testing.TB) { inngesttest.NewFunctions(t, nightly).RunStep("a", started()) }, "test.started starts 0 functions"},
		"two": {func(t testing.TB) {
			inngesttest.NewFunctions(t, orderFn(), chain()[1]).RunStep("a", OrderCreated.New(OrderData{OrderID: "o1"}))
		}, "order.created starts 2 functions: write env.Function(…).RunStep"},
	} {
		if text := record(t, c.run); !strings.Contains(text, c.want) {
			t.Errorf("with %s, it says %q", name, text)
		}
	}
}

func TestRunStepOfRequest(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
		return step.Fetch[string](ctx, "ask", step.FetchOpts{URL: "http://nowhere.test", Method: "GET"})
	}))
	ask := env.RunStep("ask", started())
	equal(t, "op", ask.OpCode(), "Gateway")
	equal(t, "options", string(ask.Options()), `{"url":"http://nowhere.test","body":"","method":"GET"}`)
}

func TestInvokesAnother(t *testing.T) {
	t.Parallel()
	parent := on(func(ctx context.Context, _ input) (any, error) {
		return step.Invoke[string](ctx, "call", step.InvokeOpts{FunctionId: "test-child", Data: map[string]any{"orderId": "o1"}})
	})
	child := inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "child"}, OrderCreated.Trigger(),
		func(ctx context.Context, in inngestgo.Input[OrderData]) (any, error) {
			step.Sleep(ctx, "nap", time.Hour)
			return "child of " + in.Event.Data.OrderID, nil
		})
	env := inngesttest.NewFunctions(t, parent, child)
	run := env.Trigger(started()).RequireWaiting("call")
	env.AdvanceToEnd(run)
	equal(t, "output", inngesttest.Output[string](run), "child of o1")
	equal(t, "output of the step", inngesttest.StepOutput[string](run, "call"), "child of o1")
	env.LastRun("child").RequireCompleted()
}
