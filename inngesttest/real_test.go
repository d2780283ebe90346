package inngesttest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/inngesttest"
)

// TestReal runs against a server over HTTP. The tests that would take long in real
// time use a server in memory.
func TestReal(t *testing.T) {
	t.Setenv("INNGEST_DEV_SERVER_URL", startServer(t))
	t.Run("completes", func(t *testing.T) {
		env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
			a, err := do(ctx, "a")
			if err != nil {
				return nil, err
			}
			_, err = OrderCreated.Send(ctx, "create", OrderData{OrderID: a})
			return a, err
		}))
		equal(t, "that it is real", env.UsesRealServer(), true)
		run := env.Trigger(started()).RequireCompleted()
		equal(t, "output", inngesttest.Output[string](run), "did a")
		equal(t, "sent", inngesttest.RequireSent(env, OrderCreated).OrderID, "did a")
		equal(t, "function", run.Function(), "fn")
		run.RequireSteps("a", "create")
		equal(t, "attempts", run.Attempts("a"), 1)
		equal(t, "step", inngesttest.StepOutput[string](run, "a"), "did a")
	})
	t.Run("fails", func(t *testing.T) {
		env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
			return step.Run(ctx, "a", func(context.Context) (any, error) { return nil, inngestgo.NoRetryError(errors.New("never")) })
		}))
		env.Trigger(started()).RequireFailed("never")
	})
	t.Run("skips a test that needs virtual time", func(t *testing.T) {
		var skipped *recordingTB
		record(t, func(tb testing.TB) {
			skipped = tb.(*recordingTB)
			inngesttest.NewFunctions(tb, on(func(context.Context, input) (any, error) { return nil, nil })).Step("a")
			t.Error("the test went on")
		})
		equal(t, "that it is skipped", skipped.skipped, true)
	})
}

func TestRealResumes(t *testing.T) {
	onServer(t, func(t *testing.T, newEnv newEnv) {
		env := newEnv(t, inngesttest.Config{}, waits(""))
		run := env.Trigger(started()).RequireWaiting("confirmed")
		env.Send(OrderConfirmed.New(OrderData{OrderID: "o1"}))
		run.RequireCompleted()
	})
}

// TestRealSkips calls the methods that need the embedded engine.
func TestRealSkips(t *testing.T) {
	onServer(t, func(t *testing.T, newEnv newEnv) {
		for name, call := range map[string]func(env *inngesttest.Env){
			"Advance":      func(env *inngesttest.Env) { env.Advance(time.Hour) },
			"AdvanceTo":    func(env *inngesttest.Env) { env.AdvanceTo(time.Now().Add(time.Hour)) },
			"AdvanceToEnd": func(env *inngesttest.Env) { env.AdvanceToEnd(nil) },
			"Step":         func(env *inngesttest.Env) { env.Step("a") },
			"Inject":       func(env *inngesttest.Env) { env.Inject(inngesttest.LostResponse) },
			"Function":     func(env *inngesttest.Env) { env.Function("fn") },
			"Signal":       func(env *inngesttest.Env) { env.Signal("approval", true) },
		} {
			var skipped *recordingTB
			text := record(t, func(tb testing.TB) {
				skipped = tb.(*recordingTB)
				call(newEnv(tb, inngesttest.Config{}, stepsFn(1)))
				t.Errorf("the test went on after %s", name)
			})
			equal(t, "the failure of "+name, text, "")
			equal(t, "that the test with "+name+" is skipped", skipped.skipped, true)
		}
	})
}
