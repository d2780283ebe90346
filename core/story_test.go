package inngestkit_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/pkg/checkpoint"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

var (
	anOrder   = orderData{OrderID: "o1", Total: 1}
	orderPaid = inngestkit.DefineEvent[orderData]("test/order.paid")
)

// onOrder declares a function on orderCreated.
func onOrder(id string, handler inngestgo.SDKFunction[orderData], options ...inngestkit.FunctionOption) inngestkit.Function {
	return inngestkit.NewFunction(inngestgo.FunctionOpts{ID: id, Retries: new(2)}, orderCreated.Trigger(), handler, options...)
}

func TestStoryWait(t *testing.T) {
	t.Parallel()
	waits := func(timeout time.Duration) inngestkit.Function {
		return onOrder("waits", func(ctx context.Context, _ inngestgo.Input[orderData]) (any, error) {
			paid, err := orderPaid.Wait(ctx, "payment", timeout, inngestkit.If("event.data.orderId == async.data.orderId"))
			if errors.Is(err, inngestkit.ErrWaitTimeout) {
				return "too late", nil
			}
			return paid.Data.Total, err
		})
	}
	newStory(t, waits(time.Millisecond)).plays(orderCreated.New(anOrder), "Completed", `"too late"`)

	s := newStory(t, waits(time.Minute))
	event := s.send(orderCreated.New(anOrder))
	done := make(chan []ranRun, 1)
	go func() { done <- s.ended(event, 1) }()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		// Sent until one comes after the wait was stored; the others, and all
		// of another order, resume nothing.
		s.send(orderPaid.New(orderData{OrderID: "another", Total: 7}))
		s.send(orderPaid.New(orderData{OrderID: "o1", Total: 42}))
		select {
		case runs := <-done:
			if r := runs[0]; r.Status != "Completed" || string(r.Output) != "42" {
				t.Errorf("the run is %s with %s", r.Status, r.Output)
			}
			return
		case <-tick.C:
		}
	}
}

func TestStoryParallelAndRetries(t *testing.T) {
	t.Parallel()
	var attempts, branch atomic.Int32
	s := newStory(t, onOrder("parallel", func(ctx context.Context, _ inngestgo.Input[orderData]) (any, error) {
		results := group.Parallel(ctx,
			func(ctx context.Context) (any, error) {
				return step.Run(ctx, "flaky", func(context.Context) (int, error) {
					if attempts.Add(1) < 3 {
						return 0, errors.New("again")
					}
					return 1, nil
				})
			},
			func(ctx context.Context) (any, error) {
				return step.Run(ctx, "steady", func(context.Context) (int32, error) { return branch.Add(1), nil })
			},
		)
		return fmt.Sprint(results[0].Value, results[1].Value), results.AnyError()
	}))
	s.plays(orderCreated.New(anOrder), "Completed", `"1 1"`)
	if attempts.Load() != 3 || branch.Load() != 1 {
		t.Errorf("the flaky step ran %d times, the steady one %d; want 3 and 1", attempts.Load(), branch.Load())
	}
}

func TestStoryFailure(t *testing.T) {
	t.Parallel()
	told := make(chan inngestkit.Failure[orderData], 1)
	s := newStory(t, onOrder("fails",
		func(context.Context, inngestgo.Input[orderData]) (any, error) { return nil, errors.New("no luck") },
		inngestkit.WithOnFailure(func(_ context.Context, f inngestkit.Failure[orderData]) error { told <- f; return nil }),
	))
	r := s.ended(s.send(orderCreated.New(anOrder)), 1)[0]
	if r.Status != "Failed" || !strings.Contains(string(r.Output), "no luck") {
		t.Errorf("the run is %s with %s", r.Status, r.Output)
	}
	if f := <-told; f.Event.Data != anOrder || f.RunID != r.ID || f.Error.Message != "no luck" || f.FunctionID != "shop-fails" {
		t.Errorf("the failure handler received %+v", f)
	}
}

func TestStoryInvoke(t *testing.T) {
	t.Parallel()
	invokes := func(data map[string]any) inngestkit.Function {
		return inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "invokes"}, inngestgo.EventTrigger("test/go", nil),
			func(ctx context.Context, _ input) (any, error) {
				return step.Invoke[string](ctx, "ask", step.InvokeOpts{FunctionId: "shop-invoked", Data: data})
			})
	}
	invoked := onOrder("invoked", func(_ context.Context, in inngestgo.Input[orderData]) (any, error) { return in.Event.Data.OrderID, nil })
	start := inngestgo.Event{Name: "test/go"}
	newStory(t, invoked, invokes(map[string]any{"orderId": "o9", "total": 1})).plays(start, "Completed", `"o9"`)
	newStory(t, invoked, invokes(map[string]any{"orderId": "o9", "total": 0})).plays(start, "Failed", "total")
}

func TestStoryCheckpoint(t *testing.T) {
	t.Parallel()
	var ran atomic.Int32
	count := func(context.Context) (int32, error) { return ran.Add(1), nil }
	s := newStory(t, inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "fn", Checkpoint: checkpoint.ConfigSafe}, orderCreated.Trigger(),
		func(ctx context.Context, _ inngestgo.Input[orderData]) (any, error) {
			for range 3 {
				if _, err := step.Run(ctx, "count", count); err != nil {
					return nil, err
				}
			}
			step.Sleep(ctx, "nap", time.Millisecond)
			return step.Run(ctx, "last", count)
		}))
	s.plays(orderCreated.New(anOrder), "Completed", "4")
	if n := ran.Load(); n != 4 {
		t.Errorf("steps ran %d times, want 4", n)
	}
}

func TestStorySendInAStep(t *testing.T) {
	t.Parallel()
	var attempts, paid atomic.Int32
	s := newStory(t,
		onOrder("sends", func(ctx context.Context, _ inngestgo.Input[orderData]) (any, error) {
			return step.Run(ctx, "send", func(ctx context.Context) (any, error) {
				if _, err := inngestkit.Send(ctx, orderPaid.New(anOrder)); err != nil {
					return nil, err
				}
				if attempts.Add(1) < 3 {
					return nil, errors.New("after the send")
				}
				return "sent", nil
			})
		}),
		inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "paid"}, orderPaid.Trigger(),
			func(context.Context, inngestgo.Input[orderData]) (any, error) { return paid.Add(1), nil }),
	)
	s.plays(orderCreated.New(anOrder), "Completed", `"sent"`)
	s.plays(orderPaid.New(anOrder), "Completed", "2") // the step's three sends started one
}

// A timeout of the application's own fires inside the second step: the run
// completes, the other steps run once, and no answer takes the interrupted
// call for a finished run.
func TestStoryTimeoutInsideAStep(t *testing.T) {
	t.Parallel()
	for name, outer := range map[string]func(http.Handler) http.Handler{
		"http.TimeoutHandler": func(h http.Handler) http.Handler { return http.TimeoutHandler(h, 100*time.Millisecond, "") },
		"a context's deadline": func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				ctx, cancel := context.WithTimeout(r.Context(), 100*time.Millisecond)
				defer cancel()
				h.ServeHTTP(w, r.WithContext(ctx))
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var first, second, third, nulls atomic.Int32
			watch := func(h http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					rec := httptest.NewRecorder()
					h.ServeHTTP(rec, r)
					if rec.Code == http.StatusOK && strings.TrimSpace(rec.Body.String()) == "null" {
						nulls.Add(1)
					}
					maps.Copy(w.Header(), rec.Header())
					w.WriteHeader(rec.Code)
					_, _ = rec.Body.WriteTo(w)
				})
			}
			s := storyOf{outer: func(h http.Handler) http.Handler { return watch(outer(h)) }}.start(t,
				onOrder("three", func(ctx context.Context, _ inngestgo.Input[orderData]) (any, error) {
					count := func(n *atomic.Int32, hang bool) func(context.Context) (int32, error) {
						return func(ctx context.Context) (int32, error) {
							if n.Add(1) == 1 && hang {
								<-ctx.Done()
								return 0, context.Cause(ctx)
							}
							return n.Load(), nil
						}
					}
					if _, err := step.Run(ctx, "first", count(&first, false)); err != nil {
						return nil, err
					}
					if _, err := step.Run(ctx, "second", count(&second, true)); err != nil {
						return nil, err
					}
					return step.Run(ctx, "third", count(&third, false))
				}))
			s.plays(orderCreated.New(anOrder), "Completed", "1")
			if got := [...]int32{first.Load(), second.Load(), third.Load(), nulls.Load()}; got != [...]int32{1, 2, 1, 0} {
				t.Errorf("steps ran %v times, and the last of these calls were answered 200 null; want [1 2 1 0]", got)
			}
		})
	}
}

// A function that no longer has the steps that were planned for it ends as a
// failed run that says so, never as a completed one.
func TestStoryStepNotFound(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	newStory(t, onOrder("changed", func(ctx context.Context, _ inngestgo.Input[orderData]) (any, error) {
		if calls.Add(1) > 1 {
			return "done", nil // the code of another version
		}
		branch := func(id string) func(context.Context) (any, error) {
			return func(ctx context.Context) (any, error) { return step.Run(ctx, id, done("")) }
		}
		return group.Parallel(ctx, branch("gone"), branch("gone too")), nil
	})).plays(orderCreated.New(anOrder), "Failed", "StepNotFound")
}
