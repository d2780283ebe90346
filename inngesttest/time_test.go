package inngesttest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/inngest/inngestgo"
	sdkerrors "github.com/inngest/inngestgo/errors"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

const day = 24 * time.Hour

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestRetriesTakeTheirBackoff(t *testing.T) {
	t.Parallel()
	tries := 0
	env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
		return step.Run(ctx, "flaky", func(context.Context) (int, error) {
			if tries++; tries < 4 {
				return 0, errors.New("not yet")
			}
			return tries, nil
		})
	}))
	run := env.Trigger(started())
	equal(t, "output", inngesttest.Output[int](run), 4)
	equal(t, "attempts", run.Attempts("flaky"), 4)
	equal(t, "time", env.Elapsed(), 10*time.Second+30*time.Second+time.Minute)
}

func TestManualRetries(t *testing.T) {
	t.Parallel()
	tries := 0
	env := inngesttest.Config{ManualRetries: true}.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
		return step.Run(ctx, "flaky", func(context.Context) (int, error) {
			if tries++; tries < 2 {
				return 0, errors.New("not yet")
			}
			return tries, nil
		})
	}))
	run := env.Trigger(started()).RequireWaiting()
	equal(t, "tries", tries, 1)
	env.Advance(9 * time.Second)
	run.RequireWaiting("flaky")
	env.Advance(time.Second)
	equal(t, "output", inngesttest.Output[int](run), 2)
}

func TestRunAttempt(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, on(func(_ context.Context, in input) (any, error) {
		return nil, fmt.Errorf("not yet at attempt %d", in.InputCtx.Attempt)
	}))
	run := env.Function("fn").RunAttempt(started())
	equal(t, "status", run.Status(), inngesttest.Running)
	equal(t, "error", run.Err().Message, "not yet at attempt 0")
	run.RequireWaiting()
	equal(t, "time", env.Elapsed(), 0)
	env.Advance(10 * time.Second)
	run.RequireWaiting()
	equal(t, "error after the second attempt", run.Err().Message, "not yet at attempt 1")
	equal(t, "time", env.Elapsed(), 10*time.Second)
	env.AdvanceToEnd(run)
	run.RequireFailed("not yet at attempt 4")

	begun := env.Elapsed()
	env.Trigger(started()).RequireFailed("not yet")
	equal(t, "that retries are gone through again", env.Elapsed() > begun, true)
}

func TestRetryAt(t *testing.T) {
	t.Parallel()
	at := time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)
	env := inngesttest.Config{Start: at.Add(-time.Hour)}.NewFunctions(t, on(func(_ context.Context, in input) (any, error) {
		if in.InputCtx.Attempt == 0 {
			return nil, sdkerrors.RetryAtError(errors.New("not before noon"), at)
		}
		return "noon", nil
	}))
	equal(t, "output", inngesttest.Output[string](env.Trigger(started())), "noon")
	equal(t, "time", env.Now(), at)
}

func TestNoRetryAndOnFailure(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, on(
		func(context.Context, input) (any, error) { return nil, inngestgo.NoRetryError(errors.New("never")) },
		inngestkit.WithOnFailure(func(ctx context.Context, f inngestkit.Failure[map[string]any]) error {
			_, err := OrderCreated.Send(ctx, "tell", OrderData{OrderID: f.Error.Message})
			return err
		}),
	))
	run := env.Trigger(started()).RequireFailed("never")
	equal(t, "time", env.Elapsed(), 0)
	env.LastRun("fn-failure").RequireCompleted()
	inngesttest.RequireSent(env, OrderCreated, func(d OrderData) bool { return d.OrderID == "never" })
	equal(t, "error", run.Err().Error(), "Error: never")
}

// TestAdvanceInOrder has two runs that sleep for different times. Each wakes at its
// own time, also within one Advance.
func TestAdvanceInOrder(t *testing.T) {
	t.Parallel()
	var woke []string
	start := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	var env *inngesttest.Env
	naps := func(id string, nap time.Duration) inngestkit.Function {
		return inngestkit.NewFunction(inngestgo.FunctionOpts{ID: id}, Started.Trigger(), func(ctx context.Context, _ input) (any, error) {
			for range 3 {
				step.Sleep(ctx, "nap", nap)
				_, _ = step.Run(ctx, "wake", func(context.Context) (any, error) {
					woke = append(woke, id+" "+env.Now().Sub(start).String())
					return nil, nil
				})
			}
			return nil, nil
		})
	}
	env = inngesttest.Config{Start: start}.NewFunctions(t, naps("short", time.Hour), naps("long", 90*time.Minute))
	runs := env.TriggerAll(started())
	env.Advance(5 * time.Hour)
	for _, run := range runs {
		run.RequireCompleted()
	}
	want := []string{"short 1h0m0s", "long 1h30m0s", "short 2h0m0s", "long 3h0m0s", "short 3h0m0s", "long 4h30m0s"}
	for i := range want {
		if i >= len(woke) || woke[i] != want[i] {
			t.Fatalf("woke at %v, want %v", woke, want)
		}
	}
	equal(t, "time", env.Elapsed(), 5*time.Hour)
}

func TestCron(t *testing.T) {
	t.Parallel()
	ran := 0
	env := inngesttest.Config{Start: time.Date(2030, 1, 1, 8, 0, 0, 0, time.UTC)}.NewFunctions(t,
		inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "daily"}, inngestkit.Cron("0 9 * * *"),
			func(_ context.Context, in input) (any, error) { ran++; return in.Event.Name, nil }))
	env.Advance(59 * time.Minute)
	equal(t, "runs before nine", ran, 0)
	env.Advance(3 * day)
	equal(t, "runs in three days", ran, 3)
	equal(t, "event", inngesttest.Output[string](env.Function("daily").TriggerCron()), "inngest/scheduled.timer")
	equal(t, "runs", len(env.Runs("daily")), 4)
}

func TestWaitTimesOut(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, waits(""))
	run := env.Trigger(started()).RequireWaiting("confirmed")
	env.Advance(day)
	run.RequireFailed("before the timeout")
}

// TestBubble checks that time.Now, SleepUntil, and times that the function computes
// from them, move with the bubble's clock.
func TestBubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		env := inngesttest.NewFunctions(t, on(func(ctx context.Context, in input) (any, error) {
			step.SleepUntil(ctx, "until", time.UnixMilli(in.Event.Timestamp).Add(day))
			if in.InputCtx.Attempt == 0 {
				return nil, sdkerrors.RetryAtError(errors.New("once more"), time.Now().Add(time.Hour))
			}
			return time.Since(time.UnixMilli(in.Event.Timestamp)).String(), nil
		}))
		run := env.Trigger(started()).RequireWaiting("until")
		env.Advance(day)
		equal(t, "output", inngesttest.Output[string](run), "25h0m0s")
		equal(t, "time", env.Elapsed(), 25*time.Hour)
	})
}
