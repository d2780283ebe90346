package inngesttest_test

import (
	"context"
	"crypto/rand"
	"errors"
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

// TestRealCancelled has runs that end without a call: because of an event, and
// because of a timeout.
func TestRealCancelled(t *testing.T) {
	onServer(t, func(t *testing.T, newEnv newEnv) {
		brief := time.Second
		sleeps := func(opts inngestgo.FunctionOpts) inngestkit.Function {
			return inngestkit.NewFunction(opts, Started.Trigger(), func(ctx context.Context, _ input) (any, error) {
				step.Sleep(ctx, "nap", time.Hour)
				return nil, nil
			})
		}
		env := newEnv(t, inngesttest.Config{},
			sleeps(inngestgo.FunctionOpts{ID: "by-event", Cancel: []inngestgo.ConfigCancel{{Event: OrderConfirmed.Name()}}}),
			sleeps(inngestgo.FunctionOpts{ID: "in-time", Timeouts: &inngestgo.ConfigTimeouts{Finish: &brief}}),
			sleeps(inngestgo.FunctionOpts{ID: "never"}))
		env.TriggerAll(started())
		env.LastRun("by-event").RequireWaiting("nap")
		env.Send(OrderConfirmed.New(OrderData{OrderID: "o1"}))
		env.LastRun("by-event").RequireCancelled()
		env.LastRun("in-time").RequireCancelled()
		env.LastRun("never").RequireWaiting("nap")
	})
}

// later returns an error whose retry is due in three seconds or so, since the header
// has whole seconds. Without the retry, the functions would count as idle by then.
func later() error {
	return sdkerrors.RetryAtError(errors.New("not yet"), time.Now().Add(3500*time.Millisecond))
}

func TestRealRetries(t *testing.T) {
	onServer(t, func(t *testing.T, newEnv newEnv) {
		tries := 0
		retried := func(id string, f handler) inngestkit.Function {
			return inngestkit.NewFunction(inngestgo.FunctionOpts{ID: id}, Started.Trigger(), f)
		}
		env := newEnv(t, inngesttest.Config{},
			retried("function", func(_ context.Context, in input) (any, error) {
				if in.InputCtx.Attempt == 0 {
					return nil, later()
				}
				return "done", nil
			}),
			retried("step", func(ctx context.Context, _ input) (any, error) {
				return step.Run(ctx, "flaky", func(context.Context) (any, error) {
					if tries++; tries == 1 {
						return nil, later()
					}
					return "done", nil
				})
			}))
		runs := env.TriggerAll(started())
		for i, id := range []string{"function", "step"} {
			equal(t, "function", runs[i].Function(), id)
			equal(t, "output of "+id, inngesttest.Output[string](runs[i]), "done")
		}
		equal(t, "attempts", env.LastRun("step").Attempts("flaky"), 2)
	})
}

func TestRealImpatient(t *testing.T) {
	onServer(t, func(t *testing.T, newEnv newEnv) {
		text := record(t, func(tb testing.TB) {
			newEnv(tb, inngesttest.Config{IdleTimeout: time.Second}, on(func(context.Context, input) (any, error) {
				return nil, sdkerrors.RetryAtError(errors.New("not yet"), time.Now().Add(time.Hour))
			})).Trigger(started())
		})
		for _, want := range []string{"within 1s", "fn waits for its next attempt", "Config.IdleTimeout"} {
			if !strings.Contains(text, want) {
				t.Errorf("the message is without %q:\n%s", want, text)
			}
		}
	})
}

// TestRealHints checks the message about a run that waits: it gives no advice that
// needs the embedded engine.
func TestRealHints(t *testing.T) {
	onServer(t, func(t *testing.T, newEnv newEnv) {
		approval := rand.Text() // a server takes one wait for a signal
		text := record(t, func(tb testing.TB) {
			waiting := on(func(ctx context.Context, _ input) (any, error) {
				return nil, group.Parallel(ctx,
					func(ctx context.Context) (any, error) { step.Sleep(ctx, "nap", time.Hour); return nil, nil },
					func(ctx context.Context) (any, error) {
						return OrderConfirmed.Wait(ctx, "confirmed", time.Hour)
					},
					func(ctx context.Context) (any, error) {
						return step.WaitForSignal[any](ctx, "approved", step.WaitForSignalOpts{Signal: approval, Timeout: time.Hour})
					},
					func(ctx context.Context) (any, error) {
						return step.Run(ctx, "flaky", func(context.Context) (any, error) {
							return nil, sdkerrors.RetryAtError(errors.New("not yet"), time.Now().Add(time.Hour))
						})
					}).AnyError()
			})
			newEnv(tb, inngesttest.Config{ManualRetries: true}, waiting).Trigger(started()).RequireCompleted()
		})
		for _, want := range []string{
			`it sleeps at "nap"`, `it waits at "confirmed" for order.confirmed`, "env.Send(",
			`it waits at "approved" for the signal "` + approval + `"`, `it waits for the next attempt of "flaky"`,
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the message is without %q", want)
			}
		}
		for _, virtual := range []string{"env.Advance", "env.Signal"} {
			if strings.Contains(text, virtual) {
				t.Errorf("the message names %s", virtual)
			}
		}
		if t.Failed() {
			t.Log(text)
		}
	})
}

// TestRealLeftBehind has a run that goes on during the next test of the app. That
// test must neither count the run nor wait for it.
func TestRealLeftBehind(t *testing.T) {
	onServer(t, func(t *testing.T, newEnv newEnv) {
		first := newEnv(t, inngesttest.Config{ManualRetries: true}, on(func(context.Context, input) (any, error) { return nil, later() }))
		left := first.Trigger(started()).ID()
		first.Close()

		again := make(chan struct{})
		env := newEnv(t, inngesttest.Config{}, on(func(_ context.Context, in input) (any, error) {
			if in.InputCtx.RunID != left {
				return "done", nil
			}
			if in.InputCtx.Attempt == 1 {
				close(again)
			}
			return nil, sdkerrors.RetryAtError(errors.New("not yet"), time.Now().Add(time.Hour))
		}))
		<-again
		env.Trigger(started()).RequireCompleted()
		equal(t, "runs", len(env.Runs()), 1)
	})
}
