package inngesttest_test

import (
	"context"
	"testing"
	"time"

	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// twoSteps returns an Env of a function "fn" with the steps "a" and "b".
func twoSteps(t testing.TB) *inngesttest.Env {
	t.Helper()
	return inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
		if _, err := do(ctx, "a"); err != nil {
			return nil, err
		}
		return do(ctx, "b")
	}))
}

// TestStoredFailures is TestFailures for stored steps and for events.
func TestStoredFailures(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]func(t testing.TB){
		"a stored step of another id": func(t testing.TB) {
			twoSteps(t).Function("fn").Stored("aa", "x").Trigger(started())
		},
		"a stored step of another id before a mock": func(t testing.TB) {
			env := twoSteps(t)
			env.Step("b").Returns("mocked")
			env.Function("fn").Stored("aa", "x").Trigger(started()).RequireCompleted()
		},
		"a stored step of another id before a step": func(t testing.TB) {
			twoSteps(t).Function("fn").Stored("aa", "x").RunStep("b", started())
		},
		"a stored step after one that is not": func(t testing.TB) {
			twoSteps(t).Function("fn").Stored("b", "x").Trigger(started())
		},
		"a stored step that the run does not take": func(t testing.TB) {
			nothing(t).Function("fn").Stored("a", "x").Trigger(started()).RequireCompleted()
		},
		"a stored step of another type": func(t testing.TB) {
			twoSteps(t).Function("fn").Stored("a", 42).Trigger(started())
		},
		"the output of a sleep": func(t testing.TB) {
			inngesttest.Output[string](inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				step.Sleep(ctx, "nap", time.Hour)
				return nil, nil
			})).RunStep("nap", started()))
		},
		"an id that was sent before": func(t testing.TB) {
			env := twoSteps(t)
			event := Started.New(map[string]any{"n": 1}, inngestkit.WithID("started-1"))
			env.Trigger(event)
			env.Trigger(event)
		},
		"an event that came before its wait": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, waits(""))
			env.Send(OrderConfirmed.New(OrderData{OrderID: "o1"}))
			env.Trigger(started())
		},
		"an event that a failed run has not sent": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				return OrderCreated.Send(ctx, "create", OrderData{})
			}))
			env.Trigger(started())
			inngesttest.RequireSent(env, OrderCreated)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden(t, record(t, test))
		})
	}
}

// TestStoredInBranches stores one of two parallel steps, which may finish in any
// order.
func TestStoredInBranches(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"a", "b"} {
		env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
			results := group.Parallel(ctx,
				func(ctx context.Context) (any, error) { return do(ctx, "a") },
				func(ctx context.Context) (any, error) { return do(ctx, "b") },
			)
			return len(results), results.AnyError()
		}))
		run := env.Function("fn").Stored(id, "stored").Trigger(started()).RequireCompleted()
		equal(t, "output", inngesttest.StepOutput[string](run, id), "stored")
	}
}
