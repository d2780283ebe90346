package inngesttest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/inngesttest"
)

// mocked triggers a function with one step, "a", after mock was called.
func mocked(t testing.TB, mock func(*inngesttest.Env)) *inngesttest.Run {
	env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) { return do(ctx, "a") }))
	mock(env)
	return env.Trigger(started())
}

func mockOfTheOther(env *inngesttest.Env) { env.Step("b").Returns("x") }

// TestMockFailures is TestFailures for mocks and faults.
func TestMockFailures(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]func(t testing.TB){
		"a mock that ends its goroutine": func(t testing.TB) {
			mocked(t, func(env *inngesttest.Env) {
				env.Step("a").Does(func(inngesttest.StepInput) (any, error) { t.Fatal("in mock"); return nil, nil })
			}).RequireCompleted()
		},
		"a mock that panics": func(t testing.TB) {
			mocked(t, func(env *inngesttest.Env) {
				env.Step("a").Does(func(in inngesttest.StepInput) (any, error) { return in.Event.Data["n"].(string), nil })
			}).RequireFailed()
		},
		"a send inside a mock": func(t testing.TB) {
			mocked(t, func(env *inngesttest.Env) {
				env.Step("a").Does(func(inngesttest.StepInput) (any, error) { env.Send(started()); return nil, nil })
			}).RequireFailed()
		},
		"a signal inside a mock": func(t testing.TB) {
			mocked(t, func(env *inngesttest.Env) {
				env.Step("a").Does(func(inngesttest.StepInput) (any, error) { env.Signal("approval", true); return nil, nil })
			}).RequireFailed()
		},
		"time that passes inside a step": func(t testing.TB) {
			var env *inngesttest.Env
			env = inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				return step.Run(ctx, "a", func(context.Context) (any, error) { env.Advance(time.Hour); return nil, nil })
			}))
			env.Trigger(started()).RequireFailed()
		},
		"a mock of another type": func(t testing.TB) {
			mocked(t, func(env *inngesttest.Env) { env.Step("a").Returns(42) }).RequireFailed()
		},
		"a mock of another type for an invocation": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				return step.Invoke[string](ctx, "i", step.InvokeOpts{FunctionId: "other-app-fn"})
			}))
			env.Step("i").Returns(42)
			env.Trigger(started()).RequireFailed()
		},
		"a mock of a sleep that fails": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) { step.Sleep(ctx, "nap", time.Hour); return nil, nil }))
			env.Step("nap").Fails(errors.New("no luck"))
			env.Trigger(started())
		},
		"a mock of a wait that fails": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, waits(""))
			env.Step("confirmed").Fails(errors.New("no luck"))
			env.Trigger(started()).RequireFailed()
		},
		"a mock of a wait by no object": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, waits(""))
			env.Step("confirmed").Returns("o1")
			env.Trigger(started()).RequireFailed()
		},
		"a mock of a wait by another event": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, waits(""))
			env.Step("confirmed").Returns(OrderCreated.New(OrderData{OrderID: "o1"}))
			env.Trigger(started()).RequireFailed()
		},
		"a mock of a wait by invalid data": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, waits(""))
			env.Step("confirmed").Returns(OrderData{})
			env.Trigger(started()).RequireCompleted()
		},
		"a mock behind one that has answered": func(t testing.TB) {
			mocked(t, func(env *inngesttest.Env) { env.Step("a").Returns("x").Once(); env.Step("a").Returns("y") })
		},
		"a mock that came too late": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) { return do(ctx, "a") }))
			env.Trigger(started())
			env.Step("a").Returns("late")
		},
		"a mock in an unknown function": func(t testing.TB) {
			mocked(t, func(env *inngesttest.Env) { env.Step("a").In("fm").Returns("x") })
		},
		"a mock in another function": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) { return do(ctx, "a") }), orderFn())
			env.Step("a").In("process-order").Returns("x")
			env.Trigger(started())
		},
		"a mock of a helper": func(t testing.TB) {
			mocked(t, mockOfTheOther)
		},
		"a mock of no answers": func(t testing.TB) {
			mocked(t, func(env *inngesttest.Env) { env.Step("a").Returns("x").Times(0) })
		},
		"a mock of a later use": func(t testing.TB) {
			mocked(t, func(env *inngesttest.Env) { env.Step("a").AtIndex(1).Returns("x") })
		},
		"a mock behind another": func(t testing.TB) {
			mocked(t, func(env *inngesttest.Env) { env.Step("a").Returns("x"); env.Step("a").Returns("y") })
		},
		"a fault at a step that is not there": func(t testing.TB) {
			mocked(t, func(env *inngesttest.Env) { env.Inject(inngesttest.LostResponse).AtStep("b") })
		},
		"a fault at a step that is mocked": func(t testing.TB) {
			mocked(t, func(env *inngesttest.Env) {
				env.Step("a").Returns("x")
				env.Inject(inngesttest.LostResponse).AtStep("a")
			})
		},
		"a fault in an unknown function": func(t testing.TB) {
			mocked(t, func(env *inngesttest.Env) { env.Inject(inngesttest.OmittedState).In("fm") })
		},
		"a refusal of nothing": func(t testing.TB) {
			mocked(t, func(env *inngesttest.Env) { env.Inject(inngesttest.RefusedSends) })
		},
		"a fault that came too late": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) { return do(ctx, "a") }))
			env.Trigger(started())
			env.Inject(inngesttest.DuplicateDelivery)
		},
		"an event to deliver with a longer name": func(t testing.TB) {
			mocked(t, func(env *inngesttest.Env) { env.Step("a").Returns("x"); env.Deliver("test.started.late") })
		},
		"an unknown event to deliver": func(t testing.TB) {
			mocked(t, func(env *inngesttest.Env) { env.Deliver("test.started", "test.strated") })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden(t, record(t, test))
		})
	}
}
