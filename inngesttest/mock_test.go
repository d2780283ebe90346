package inngesttest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	sdkerrors "github.com/inngest/inngestgo/errors"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// realStep takes a step that fails the test if its code runs.
func realStep(ctx context.Context, t *testing.T, id string) string {
	t.Helper()
	out, err := step.Run(ctx, id, func(context.Context) (string, error) {
		t.Errorf("step %q ran for real", id)
		return "real", nil
	})
	if err != nil {
		return "error: " + err.Error()
	}
	return out
}

func TestMocks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mock func(*inngesttest.Env)
		fn   func(ctx context.Context) any
		want string
	}{
		"a value": {
			func(e *inngesttest.Env) { e.Step("a").Returns("mocked") },
			func(ctx context.Context) any { return realStep(ctx, t, "a") }, "mocked",
		},
		"values in turn": {
			func(e *inngesttest.Env) { e.Step("a").Returns("one", "two") },
			func(ctx context.Context) any {
				return realStep(ctx, t, "a") + realStep(ctx, t, "a") + realStep(ctx, t, "a")
			}, "onetwotwo",
		},
		"one place of a loop": {
			func(e *inngesttest.Env) {
				e.Step("a").AtIndex(1).Returns("second")
				e.Step("a").Returns("other")
			},
			func(ctx context.Context) any {
				return realStep(ctx, t, "a") + realStep(ctx, t, "a") + realStep(ctx, t, "a")
			}, "othersecondother",
		},
		"an error, and then for real": {
			func(e *inngesttest.Env) { e.Step("a").Fails(errors.New("gone")).Times(2) },
			func(ctx context.Context) any { out, _ := do(ctx, "a"); return out }, "did a",
		},
		"an error, and then a value": {
			func(e *inngesttest.Env) {
				e.Step("a").Fails(errors.New("gone")).Once()
				e.Step("a").Returns("back")
			},
			func(ctx context.Context) any { return realStep(ctx, t, "a") }, "back",
		},
		"an error for good": {
			func(e *inngesttest.Env) { e.Step("a").Fails(errors.New("gone")) },
			func(ctx context.Context) any { return realStep(ctx, t, "a") }, "error: gone",
		},
		"an error without retries": {
			func(e *inngesttest.Env) { e.Step("a").Fails(inngestgo.NoRetryError(errors.New("never"))).Once() },
			func(ctx context.Context) any { return realStep(ctx, t, "a") }, "error: never",
		},
		"a function of the step's input": {
			func(e *inngesttest.Env) {
				e.Step("a").Does(func(in inngesttest.StepInput) (any, error) {
					if in.Attempt == 0 {
						return nil, errors.New("again")
					}
					return fmt.Sprint(in.Function, in.Step, in.Index, in.Attempt, in.Event.Data["n"]), nil
				})
			},
			func(ctx context.Context) any { return realStep(ctx, t, "a") }, "fna0 1 1",
		},
		"only for one function": {
			func(e *inngesttest.Env) {
				e.Step("a").In("another").Returns("wrong").Optional()
				e.Step("a").In("fn").Returns("right")
			},
			func(ctx context.Context) any { return realStep(ctx, t, "a") }, "right",
		},
		"a wait's event": {
			func(e *inngesttest.Env) { e.Step("w").Returns(OrderConfirmed.New(OrderData{OrderID: "o1"})) },
			wait, "o1 order.confirmed",
		},
		"a wait's data": {
			func(e *inngesttest.Env) { e.Step("w").Returns(OrderData{OrderID: "o2"}) },
			wait, "o2 order.confirmed",
		},
		"a wait's timeout": {
			func(e *inngesttest.Env) { e.Step("w").Fails(inngestkit.ErrWaitTimeout) },
			wait, "timeout",
		},
		"a sleep": {
			func(e *inngesttest.Env) { e.Step("s").Returns(nil) },
			func(ctx context.Context) any { step.Sleep(ctx, "s", time.Hour); return "awake" }, "awake",
		},
		"an invocation": {
			func(e *inngesttest.Env) {
				e.Step("i").Does(func(in inngesttest.StepInput) (any, error) { return string(in.Options), nil })
			},
			invoke, `{"function_id":"other-app-fn","payload":{"data":{"n":7},"user":null}}`,
		},
		"an invocation that fails": {
			func(e *inngesttest.Env) { e.Step("i").Fails(errors.New("it failed")) },
			invoke, "it failed",
		},
		"a fetch, which the engine cannot do": {
			func(e *inngesttest.Env) { e.Step("f").Returns(step.FetchResponse[string]{Body: "hello"}) },
			func(ctx context.Context) any {
				res, _ := step.Fetch[string](ctx, "f", step.FetchOpts{URL: "http://nowhere.test"})
				return res.Body
			}, "hello",
		},
		"parallel steps": {
			func(e *inngesttest.Env) { e.Step("a").Returns("A"); e.Step("b").Returns("B") },
			func(ctx context.Context) any {
				out := group.Parallel(ctx,
					func(ctx context.Context) (any, error) { return realStep(ctx, t, "a"), nil },
					func(ctx context.Context) (any, error) { return realStep(ctx, t, "b"), nil })
				return fmt.Sprint(out[0].Value, out[1].Value)
			}, "AB",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) { return c.fn(ctx), nil }))
			c.mock(env)
			if got := inngesttest.Output[string](env.Trigger(started())); got != c.want {
				t.Errorf("the function made %q of its mocks, want %q", got, c.want)
			}
		})
	}
}

func wait(ctx context.Context) any {
	ev, err := OrderConfirmed.Wait(ctx, "w", time.Hour)
	if errors.Is(err, inngestkit.ErrWaitTimeout) {
		return "timeout"
	}
	return ev.Data.OrderID + " " + ev.Name
}

func invoke(ctx context.Context) any {
	out, err := step.Invoke[string](ctx, "i", step.InvokeOpts{FunctionId: "other-app-fn", Data: map[string]any{"n": 7}})
	if err != nil {
		return err.Error()
	}
	return out
}

// TestMocksOnlyLetsSleep sleeps without a mock, which touches nothing.
func TestMocksOnlyLetsSleep(t *testing.T) {
	t.Parallel()
	env := inngesttest.Config{MocksOnly: true}.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
		step.Sleep(ctx, "nap", time.Hour)
		return realStep(ctx, t, "a"), nil
	}))
	env.Step("a").Returns("mocked")
	run := env.Trigger(started()).RequireWaiting("nap")
	env.Advance(time.Hour)
	equal(t, "output", inngesttest.Output[string](run), "mocked")
}

// TestMockOfOneAttempt lets the second attempt run for real, which the timeline shows.
func TestMockOfOneAttempt(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) { return do(ctx, "a") }))
	env.Step("a").Fails(errors.New("gone")).Once()
	run := env.Trigger(started()).RequireCompleted()
	if strings.Contains(run.Timeline(), "(mock)") {
		t.Errorf("the timeline takes the output for the mock's:\n%s", run.Timeline())
	}
}

func TestMockRetriesAtATime(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) { return do(ctx, "a") }))
	env.Step("a").Fails(sdkerrors.RetryAtError(errors.New("busy"), env.Now().Add(5*time.Minute))).Once()
	env.Trigger(started()).RequireCompleted()
	equal(t, "time", env.Elapsed(), 5*time.Minute)
}

// TestMockGoesThroughJSON mocks a step with an output that loses a field in JSON, as
// it would in production.
func TestMockGoesThroughJSON(t *testing.T) {
	t.Parallel()
	type result struct {
		Kept string
		lost string
	}
	env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
		out, err := step.Run(ctx, "a", func(context.Context) (result, error) { return result{}, nil })
		return out.Kept + out.lost, err
	}))
	env.Step("a").Returns(result{"kept", "lost"})
	equal(t, "output", inngesttest.Output[string](env.Trigger(started())), "kept")
}
