package inngestkit_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

func done(v string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return v, nil }
}

// guarded is an app in cloud mode.
func guarded(t *testing.T, handler inngestgo.SDKFunction[map[string]any]) *hook {
	t.Helper()
	return newHook(t, inngestkit.Config{Mode: inngestkit.ModeCloud, SigningKey: signingKey, EventKey: "key"}, fn(handler))
}

// Each is a row of the table of abuses in docs/reliability.md.
func TestMisuse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		handler inngestgo.SDKFunction[map[string]any]
		call    callOf
		error   string
		says    string
	}{
		"a step in a goroutine": {
			handler: func(ctx context.Context, _ input) (any, error) {
				var wg sync.WaitGroup
				wg.Go(func() { _, _ = step.Run(ctx, "a", done("A")) })
				wg.Wait()
				return "done", nil
			}, error: "StepInGoroutine", says: "group.Parallel",
		},
		"a finished step in a goroutine": {
			handler: func(ctx context.Context, _ input) (any, error) {
				var wg sync.WaitGroup
				wg.Go(func() { _, _ = step.Run(ctx, "a", done("A")) })
				wg.Wait()
				return "done", nil
			}, call: callOf{steps: map[string]string{"a": `{"data":"A"}`}}, error: "StepInGoroutine", says: "group.Parallel",
		},
		"a sleep in a goroutine that the function waits for": {
			handler: func(ctx context.Context, _ input) (any, error) {
				go step.Sleep(ctx, "nap", 1)
				<-ctx.Done()
				return "done", nil
			}, error: "StepInGoroutine", says: "group.Parallel",
		},
		"a step in a goroutine whose result the function waits for": {
			handler: func(ctx context.Context, _ input) (any, error) {
				result := make(chan string)
				go func() {
					a, _ := step.Run(ctx, "a", done("A"))
					result <- a
				}()
				select {
				case a := <-result:
					return a, nil
				case <-t.Context().Done(): // the test's; in an application, never
					return nil, nil
				}
			}, error: "StepInGoroutine", says: "group.Parallel",
		},
		"a step after one in a goroutine": {
			handler: func(ctx context.Context, _ input) (any, error) {
				var wg sync.WaitGroup
				wg.Go(func() { _, _ = step.Run(ctx, "a", done("A")) })
				wg.Wait()
				return step.Run(ctx, "b", func(context.Context) (any, error) { panic("with a result that it does not have") })
			}, error: "StepInGoroutine", says: "group.Parallel",
		},
		"a nested step": {
			handler: func(ctx context.Context, _ input) (any, error) {
				return step.Run(ctx, "outer", func(ctx context.Context) (string, error) { return step.Run(ctx, "inner", done("I")) })
			}, error: "NestedStep", says: "inside another step",
		},
		"a nested step of this package": {
			handler: func(ctx context.Context, _ input) (any, error) {
				return step.Run(ctx, "outer", func(ctx context.Context) (string, error) {
					return orderCreated.Send(ctx, "inner", orderData{OrderID: "o", Total: 1})
				})
			}, error: "NestedStep", says: "inside another step",
		},
		"a nested step in a branch": {
			handler: func(ctx context.Context, _ input) (any, error) {
				return group.Parallel(ctx, func(ctx context.Context) (any, error) {
					return step.Run(ctx, "outer", func(ctx context.Context) (string, error) { return step.Run(ctx, "inner", done("I")) })
				}), nil
			}, call: callOf{target: "outer"}, error: "NestedStep", says: "inside another step",
		},
		"a step on a context that has ended": {
			handler: func(ctx context.Context, _ input) (any, error) {
				ctx, cancel := context.WithCancel(ctx)
				cancel()
				return step.Run(ctx, "a", done("A"))
			}, error: "StepOnEndedContext", says: "give steps the function's context",
		},
		"a step in a branch on a context that has ended": {
			handler: func(ctx context.Context, _ input) (any, error) {
				return group.Parallel(ctx, func(ctx context.Context) (any, error) {
					ctx, cancel := context.WithCancel(ctx)
					cancel()
					return step.Run(ctx, "a", done("A"))
				}), nil
			}, error: "StepOnEndedContext", says: "give steps the function's context",
		},
		"a panic with nil": {
			handler: func(context.Context, input) (any, error) { panic(nil) }, //nolint:govet // on purpose
			error:   "PanicError", says: "nil",
		},
		"Goexit in the function": {
			handler: func(context.Context, input) (any, error) { runtime.Goexit(); return nil, nil },
			error:   "GoexitError", says: "runtime.Goexit",
		},
		"Goexit in a step": {
			handler: func(ctx context.Context, _ input) (any, error) {
				return step.Run(ctx, "a", func(context.Context) (any, error) { runtime.Goexit(); return nil, nil })
			}, error: "GoexitError", says: "runtime.Goexit",
		},
		"Goexit in a branch's step": {
			handler: func(ctx context.Context, _ input) (any, error) {
				return len(group.Parallel(ctx, func(ctx context.Context) (any, error) {
					return step.Run(ctx, "a", func(context.Context) (any, error) { runtime.Goexit(); return nil, nil })
				})), nil
			}, call: callOf{target: "a"}, error: "StepLeft", says: "runtime.Goexit",
		},
		"a step's panic that the function recovers from": {
			handler: func(ctx context.Context, _ input) (out any, _ error) {
				defer func() { _ = recover(); out = "fine" }()
				return step.Run(ctx, "a", func(context.Context) (any, error) { panic("boom") })
			}, error: "StepLeft", says: "recover inside the step",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := guarded(t, c.handler)
			c.call.sign = signingKey
			e := wantFailure(t, h.call(t, c.call), http.StatusInternalServerError, c.error, true)
			if !strings.Contains(e.Message, c.says) || !strings.Contains(h.log.String(), c.error) {
				t.Errorf("the message is %q, and the log\n%s", e.Message, h.log)
			}
		})
	}
}

func TestStepAfterReturn(t *testing.T) {
	t.Parallel()
	returned, over := make(chan struct{}), make(chan struct{})
	h := guarded(t, func(ctx context.Context, _ input) (any, error) {
		go func() {
			defer close(over)
			<-returned
			_, _ = step.Run(ctx, "a", func(context.Context) (any, error) { t.Error("it was run"); return nil, nil })
		}()
		return "done", nil
	})
	wantOutput(t, h.call(t, callOf{sign: signingKey}), `"done"`)
	close(returned)
	<-over
	if !strings.Contains(h.log.String(), "after its function had returned") {
		t.Errorf("the log is\n%s", h.log)
	}
}

// What looks like a misuse and is none.
func TestGoodUse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		handler inngestgo.SDKFunction[map[string]any]
		reports string
	}{
		"goroutines inside a step": {func(ctx context.Context, _ input) (any, error) {
			return step.Run(ctx, "sum", func(ctx context.Context) (int32, error) {
				var sum atomic.Int32
				var wg sync.WaitGroup
				for range 4 {
					wg.Go(func() {
						if ctx.Value("anything") == nil {
							sum.Add(1)
						}
					})
				}
				wg.Wait()
				return sum.Load(), nil
			})
		}, "4"},
		"a send inside a step": {func(ctx context.Context, _ input) (any, error) {
			return step.Run(ctx, "log", func(ctx context.Context) (bool, error) { inngestkit.Logger(ctx).Info("in a step"); return true, nil })
		}, "true"},
		"a branch in a branch": {func(ctx context.Context, _ input) (any, error) {
			return group.Parallel(ctx, func(ctx context.Context) (any, error) {
				return group.Parallel(ctx, func(ctx context.Context) (any, error) { return step.Run(ctx, "deep", done("D")) }), nil
			}), nil
		}, "null"},
		"a step below many frames": {func(ctx context.Context, _ input) (any, error) {
			var down func(n int) (any, error)
			down = func(n int) (any, error) {
				if n == 0 {
					return step.Run(ctx, "deep", done("D"))
				}
				return down(n - 1)
			}
			return down(300)
		}, `"D"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ops(t, guarded(t, c.handler).call(t, callOf{sign: signingKey}))
			if string(got[0].Data) != c.reports {
				t.Errorf("reported %+v", got)
			}
		})
	}
}

func TestOneStepIDInALoop(t *testing.T) {
	t.Parallel()
	var ran atomic.Int32
	newStory(t, onOrder("loop", func(ctx context.Context, _ inngestgo.Input[orderData]) (any, error) {
		var all []int32
		for range 3 {
			n, err := step.Run(ctx, "again", func(context.Context) (int32, error) { return ran.Add(1), nil })
			if err != nil {
				return nil, err
			}
			all = append(all, n)
		}
		return all, nil
	})).plays(orderCreated.New(anOrder), "Completed", "[1,2,3]")
}

// A function that recovers from everything is interrupted all the same: in a
// sequence, in branches, and when a call is for one step.
func TestRecoverAroundSteps(t *testing.T) {
	t.Parallel()
	var ran atomic.Int32
	eager := func(ctx context.Context, id string) (v any, err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("recovered: %v", p)
			}
		}()
		return step.Run(ctx, id, func(context.Context) (int32, error) { return ran.Add(1), nil })
	}
	s := newStory(t, onOrder("eager", func(ctx context.Context, _ inngestgo.Input[orderData]) (any, error) {
		if _, err := eager(ctx, "first"); err != nil {
			return nil, err
		}
		results := group.Parallel(ctx,
			func(ctx context.Context) (any, error) { return eager(ctx, "left") },
			func(ctx context.Context) (any, error) { return eager(ctx, "right") },
		)
		if err := results.AnyError(); err != nil {
			return nil, err
		}
		return eager(ctx, "last")
	}))
	s.plays(orderCreated.New(anOrder), "Completed", "4")
	if n := ran.Load(); n != 4 {
		t.Errorf("four steps ran %d times", n)
	}
}

// An error of the function's own is not taken for an interruption.
func TestRecoverAroundStepsKeepsErrors(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{}, fn(func(ctx context.Context, _ input) (any, error) {
		func() {
			defer func() { _ = recover() }()
			_, _ = step.Run(ctx, "other", done("O"))
		}()
		return nil, errors.New("the function's own")
	}))
	e := wantFailure(t, h.call(t, callOf{target: "gone"}), http.StatusInternalServerError, "Error", true)
	if e.Message != "the function's own" {
		t.Errorf("the message is %q", e.Message)
	}
}

func BenchmarkGuard(b *testing.B) {
	for _, guard := range []bool{false, true} {
		b.Run(fmt.Sprintf("guard=%t", guard), func(b *testing.B) {
			app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeCloud, SigningKey: signingKey, EventKey: "key", NoStepGuard: !guard, Logger: slog.New(slog.DiscardHandler)})
			if err != nil {
				b.Fatal(err)
			}
			handler := fn(func(ctx context.Context, _ input) (any, error) {
				for range 1000 {
					_, _ = step.Run(ctx, "s", done(""))
				}
				return "done", nil
			})
			if err := app.Register(handler); err != nil {
				b.Fatal(err)
			}
			h := &hook{app: app, handler: app.Handler()}
			steps := map[string]string{"s": `{"data":""}`}
			for i := range 999 {
				steps[fmt.Sprintf("s:%d", i+1)] = `{"data":""}`
			}
			for b.Loop() {
				if w := h.serve(callOf{steps: steps, sign: signingKey}.request(b.Context())); w.Code != http.StatusOK {
					b.Fatal(w.Code, w.Body)
				}
			}
		})
	}
}
