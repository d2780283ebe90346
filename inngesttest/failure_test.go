package inngesttest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

type (
	input   = inngestgo.Input[map[string]any]
	handler = inngestgo.SDKFunction[map[string]any]
)

var Started = inngestkit.DefineEvent[map[string]any]("test.started")

// on returns a function "fn" with Started as its trigger.
func on(h handler, options ...inngestkit.FunctionOption) inngestkit.Function {
	return inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "fn"}, Started.Trigger(), h, options...)
}

func started() inngestgo.GenericEvent[map[string]any] { return Started.New(map[string]any{"n": 1}) }

func do(ctx context.Context, id string) (string, error) {
	return step.Run(ctx, id, func(context.Context) (string, error) { return "did " + id, nil })
}

// TestFailures checks the messages of tests that fail: they name the mistake, its
// place, and the code to write instead.
func TestFailures(t *testing.T) {
	t.Parallel()
	var calls, ended, failed atomic.Int64
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	for name, test := range map[string]func(t testing.TB){
		"another step on replay": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				if calls.Add(1)%2 == 1 {
					return step.Run(ctx, "odd", func(context.Context) (any, error) { return nil, nil })
				}
				return step.Run(ctx, "even", func(context.Context) (any, error) { return nil, nil })
			})).Trigger(started())
		},
		"another step when the last call is repeated": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				return do(ctx, fmt.Sprint("step-", ended.Add(1)/3))
			})).Trigger(started())
		},
		"another step when a failed run is repeated": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				if _, err := do(ctx, fmt.Sprint("step-", failed.Add(1)/3)); err != nil {
					return nil, err
				}
				return nil, inngestgo.NoRetryError(errors.New("no luck"))
			})).Trigger(started())
		},
		"the order of a map": func(t testing.TB) {
			// The kit looks most closely at a path that is new.
			inngesttest.Config{AppID: fmt.Sprint("map-", time.Now().UnixNano())}.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				for id := range map[string]bool{"a": true, "b": true, "c": true} {
					if _, err := do(ctx, id); err != nil {
						return nil, err
					}
				}
				return nil, nil
			})).Trigger(started())
		},
		"finished steps in another order": func(t testing.TB) {
			var last bool
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				ids := []string{"a", "b"}
				if last {
					slices.Reverse(ids)
				}
				for _, id := range ids {
					if _, err := step.Run(ctx, id, func(context.Context) (any, error) { last = id == "b"; return nil, nil }); err != nil {
						return nil, err
					}
				}
				return nil, nil
			})).Trigger(started())
		},
		"a nested step": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				return step.Run(ctx, "outer", func(ctx context.Context) (string, error) {
					return step.Run(ctx, "inner", func(context.Context) (string, error) { return "", nil })
				})
			})).Trigger(started()).RequireCompleted()
		},
		"a step of a helper inside another": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				return step.Run(ctx, "outer", func(ctx context.Context) (string, error) { return do(ctx, "inner") })
			})).Trigger(started())
		},
		"a step of a helper in a goroutine": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				done := make(chan struct{})
				go func() {
					defer close(done)
					_, _ = do(ctx, "inner")
				}()
				<-done
				return nil, nil
			})).Trigger(started())
		},
		"a step in a goroutine": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				done := make(chan struct{})
				go func() {
					defer close(done)
					_, _ = step.Run(ctx, "inner", func(context.Context) (string, error) { return "", nil })
				}()
				<-done
				return nil, nil
			})).Trigger(started())
		},
		"a step in a goroutine that the function waits for": func(t testing.TB) {
			inngesttest.Config{IdleTimeout: 5 * time.Second}.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				result := make(chan string)
				go func() {
					out, _ := step.Run(ctx, "inner", func(context.Context) (string, error) { return "", nil })
					result <- out
				}()
				select {
				case out := <-result:
					return out, nil
				case <-release:
					return nil, nil
				}
			})).Trigger(started())
		},
		"an id in two places": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				_, _ = step.Run(ctx, "same", func(context.Context) (string, error) { return "", nil })
				return step.Run(ctx, "same", func(context.Context) (string, error) { return "", nil })
			})).Trigger(started())
		},
		"an id on the same line of two files": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				if err := chargeHere(ctx); err != nil {
					return nil, err
				}
				return nil, chargeThere(ctx)
			})).Trigger(started())
		},
		"an id in a helper that is called in two places": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				if _, err := charge(ctx); err != nil {
					return nil, err
				}
				return charge(ctx)
			})).Trigger(started())
		},
		"an id in a helper that two branches call": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				return nil, group.Parallel(ctx,
					func(ctx context.Context) (any, error) { return charge(ctx) },
					func(ctx context.Context) (any, error) { _, err := charge(ctx); return nil, err },
				).AnyError()
			})).Trigger(started())
		},
		"a mock of a step that is not there": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) { return do(ctx, "charge-card") }))
			env.Step("charge-crad").Returns("p1")
			env.Trigger(started()).RequireCompleted()
		},
		"a mock that says nothing": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) { return do(ctx, "charge-card") }))
			env.Step("charge-card")
			env.Trigger(started()).RequireCompleted()
		},
		"a step without a mock": func(t testing.TB) {
			env := inngesttest.Config{MocksOnly: true}.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				_, _ = do(ctx, "mocked")
				return do(ctx, "forgotten")
			}))
			env.Step("mocked").Returns("x")
			env.Trigger(started())
		},
		"a request without a mock": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				_, _ = step.Fetch[string](ctx, "get-rate", step.FetchOpts{URL: "http://nowhere.test"})
				_, err := step.Infer[string, string](ctx, "summarize", step.InferOpts[string]{Opts: step.InferRequestOpts{AuthKey: "sk-secret"}})
				return nil, err
			})).Trigger(started()).RequireFailed("no mock")
		},
		"a mock of a request with a decoded body": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				res, err := step.Fetch[Payment](ctx, "get-payment", step.FetchOpts{URL: "http://nowhere.test"})
				return res.Body, err
			}))
			env.Step("get-payment").Returns(step.FetchResponse[Payment]{StatusCode: 200, Body: Payment{ID: "p1"}})
			env.Trigger(started()).RequireFailed("as text")
		},
		"a wait that nobody ends": func(t testing.TB) {
			inngesttest.NewFunctions(t, waits("")).Trigger(started())
		},
		"a signal that nobody sends": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				_, err := step.WaitForSignal[string](ctx, "approved", step.WaitForSignalOpts{Signal: "approval", Timeout: time.Hour})
				return nil, err
			})).Trigger(started())
		},
		"a wait whose event was captured": func(t testing.TB) {
			other := inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "other"}, OrderCreated.Trigger(),
				func(ctx context.Context, in inngestgo.Input[OrderData]) (any, error) {
					return OrderConfirmed.Send(ctx, "confirm", in.Event.Data)
				})
			env := inngesttest.NewFunctions(t, waits(""), other)
			run := env.Trigger(started())
			env.Trigger(OrderCreated.New(OrderData{OrderID: "o1"}))
			run.RequireCompleted()
		},
		"a wait for another event": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, waits("async.data.orderId == string(event.data.n)"))
			run := env.Trigger(started())
			env.Send(OrderConfirmed.New(OrderData{OrderID: "2"}))
			run.RequireCompleted()
		},
		"a wait that no event can end": func(t testing.TB) {
			inngesttest.NewFunctions(t, waits("event.data.orderId == async.data.orderId")).Trigger(started()).RequireWaiting()
		},
		"a goroutine left behind": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(context.Context, input) (any, error) {
				go func() { <-release }()
				return nil, nil
			})).Trigger(started()).RequireCompleted()
		},
		"an app without functions": func(t testing.TB) {
			app, err := inngestkit.New(inngestkit.Config{AppID: "empty", Mode: inngestkit.ModeDev})
			if err != nil {
				t.Fatal(err)
			}
			inngesttest.New(t, app).Trigger(started())
		},
		"a function that has not run": func(t testing.TB) {
			inngesttest.NewFunctions(t, orderFn()).LastRun("process-order")
		},
		"a function that Goexit leaves": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(context.Context, input) (any, error) { runtime.Goexit(); return nil, nil })).Trigger(started())
		},
		"a step on a new context": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, on(func(context.Context, input) (any, error) { return do(context.Background(), "a") }))
			env.Step("a").Returns("x")
			env.Trigger(started())
		},
		"a run that waits for the run that it invoked": func(t testing.TB) {
			parent := inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "parent"}, OrderCreated.Trigger(),
				func(ctx context.Context, _ inngestgo.Input[OrderData]) (any, error) {
					return step.Invoke[string](ctx, "call", step.InvokeOpts{FunctionId: "test-fn", Data: map[string]any{"n": 1}})
				})
			inngesttest.NewFunctions(t, parent, waits("")).Trigger(OrderCreated.New(OrderData{OrderID: "o1"})).RequireCompleted()
		},
		"a step on a context that has ended": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				ctx, cancel := context.WithTimeout(ctx, time.Nanosecond)
				defer cancel()
				<-ctx.Done()
				return do(ctx, "a")
			})).Trigger(started())
		},
		"a run of many steps": func(t testing.TB) {
			inngesttest.NewFunctions(t, stepsFn(50)).Trigger(started()).RequireFailed()
		},
		"a step that blocks": func(t testing.TB) {
			inngesttest.Config{IdleTimeout: 50 * time.Millisecond}.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				return step.Run(ctx, "blocks", func(context.Context) (any, error) { <-release; return nil, nil })
			})).Trigger(started())
		},
		"an invalid event": func(t testing.TB) {
			inngesttest.NewFunctions(t, orderFn()).Trigger(OrderCreated.New(OrderData{}))
		},
		"an invalid event that was received": func(t testing.TB) {
			inngesttest.NewFunctions(t, orderFn()).Function("process-order").Trigger(OrderCreated.New(OrderData{}))
		},
		"a run that failed": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				if _, err := do(ctx, "first"); err != nil {
					return nil, err
				}
				return step.Run(ctx, "second", func(context.Context) (any, error) {
					return nil, inngestgo.NoRetryError(errors.New("no luck"))
				})
			})).Trigger(started()).RequireCompleted()
		},
		"a function that panics": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(_ context.Context, in input) (any, error) {
				return in.Event.Data["n"].(string), nil
			})).Trigger(started()).RequireCompleted()
		},
		"a step that panics": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				return step.Run(ctx, "repeat", func(context.Context) (string, error) { return strings.Repeat("x", -1), nil })
			})).Trigger(started()).RequireCompleted()
		},
		"a branch that panics": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				group.Parallel(ctx, func(ctx context.Context) (any, error) {
					return step.Run(ctx, "a", func(context.Context) (any, error) { panic("no luck") })
				})
				return nil, nil
			})).Trigger(started()).RequireCompleted()
		},
		"a webhook that is mounted elsewhere": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, on(func(context.Context, input) (any, error) { return "", nil }))
			env.UseRouter(http.NotFoundHandler())
			env.Trigger(started()).RequireCompleted()
		},
		"an expression that is not valid": func(t testing.TB) {
			inngesttest.NewFunctions(t, inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "fn"}, Started.Trigger(inngestkit.If("event.data.n >")),
				func(context.Context, input) (any, error) { return nil, nil }))
		},
		"a wait whose expression is not valid": func(t testing.TB) {
			inngesttest.NewFunctions(t, waits("event.data.n >")).Trigger(started()).RequireCompleted()
		},
		"an invocation of an unknown function": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				return step.Invoke[string](ctx, "call", step.InvokeOpts{FunctionId: "billing-charge"})
			})).Trigger(started()).RequireCompleted()
		},
		"an invocation by an id that leaves out the app": func(t testing.TB) {
			inngesttest.NewFunctions(t, orderFn(), on(func(ctx context.Context, _ input) (any, error) {
				return step.Invoke[string](ctx, "call", step.InvokeOpts{FunctionId: "process-order"})
			})).Trigger(started()).RequireCompleted()
		},
		"a run that sleeps": func(t testing.TB) {
			inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				step.Sleep(ctx, "nap", 3*time.Hour)
				return nil, nil
			})).Trigger(started()).RequireCompleted()
		},
		"an event that starts nothing": func(t testing.TB) {
			inngesttest.NewFunctions(t, orderFn()).Trigger(started())
		},
		"an event sent outside a step": func(t testing.TB) {
			var env *inngesttest.Env
			env = inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				return env.App().PlainSender().Send(ctx, OrderCreated.New(OrderData{OrderID: "o1"}))
			}))
			env.Trigger(started())
		},
		"an Env that was closed": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, orderFn())
			env.Close()
			env.Send(OrderCreated.New(OrderData{OrderID: "o1"}))
		},
		"an event that was not sent": func(t testing.TB) {
			env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				return OrderCreated.Send(ctx, "create", OrderData{OrderID: "o1"})
			}))
			env.Trigger(started())
			inngesttest.RequireSent(env, OrderCreated, func(d OrderData) bool { return d.OrderID == "o2" })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := record(t, test)
			if name == "the order of a map" {
				text = regexp.MustCompile(`(?m)^\tit (first )?reached the step "[a-c]" .*$`).ReplaceAllString(text, "\tit reached …")
			}
			golden(t, text)
		})
	}
}

// TestEventsWithoutEnd has a function that sends the event that starts it.
func TestEventsWithoutEnd(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it keeps a processor busy for its IdleTimeout, a second; TestManyRuns checks the message")
	}
	var text string
	for timeout := time.Second; timeout < time.Minute && !manyRuns(text); timeout *= 4 { // on a slow machine, more than one
		text = record(t, func(t testing.TB) {
			inngesttest.Config{Deliver: true, IdleTimeout: timeout}.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				return Started.Send(ctx, "again", nil)
			})).Trigger(started())
		})
	}
	equal(t, "that it has many runs", manyRuns(text), true)
}

// manyRuns reports whether a message says that a function runs again and again.
func manyRuns(text string) bool {
	return regexp.MustCompile(`\tfn has run \d+ times: does an event that it sends, or a function that it invokes, start it again\?`).MatchString(text)
}

// waits returns a function that waits up to a day for OrderConfirmed.
func waits(condition string) inngestkit.Function {
	return on(func(ctx context.Context, _ input) (any, error) {
		var filters []inngestkit.Filter
		if condition != "" {
			filters = append(filters, inngestkit.If(condition))
		}
		_, err := OrderConfirmed.Wait(ctx, "confirmed", 24*time.Hour, filters...)
		return nil, err
	})
}
