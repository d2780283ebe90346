package inngesttest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	sdkerrors "github.com/inngest/inngestgo/errors"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// TestRealCancelled has runs that end without a call: by an event, and by a
// timeout.
func TestRealCancelled(t *testing.T) {
	t.Setenv("INNGEST_DEV_SERVER_URL", realServer(t))
	brief := time.Second
	sleeps := func(opts inngestgo.FunctionOpts) inngestkit.Function {
		return inngestkit.NewFunction(opts, Started.Trigger(), func(ctx context.Context, _ input) (any, error) {
			step.Sleep(ctx, "nap", time.Hour)
			return nil, nil
		})
	}
	env := inngesttest.New(t,
		sleeps(inngestgo.FunctionOpts{ID: "by-event", Cancel: []inngestgo.ConfigCancel{{Event: OrderConfirmed.Name()}}}),
		sleeps(inngestgo.FunctionOpts{ID: "in-time", Timeouts: &inngestgo.ConfigTimeouts{Finish: &brief}}),
		sleeps(inngestgo.FunctionOpts{ID: "never"}))
	env.TriggerAll(started())
	env.Run("by-event").RequireWaiting("nap")
	env.Send(OrderConfirmed.New(OrderData{OrderID: "o1"}))
	env.Run("by-event").RequireCancelled()
	env.Run("in-time").RequireCancelled()
	env.Run("never").RequireWaiting("nap")
}

// later is an error that is tried again in three seconds or so, as the header
// knows whole ones: when nothing has happened for long enough to be at rest, if
// it were not for the retry.
func later() error {
	return sdkerrors.RetryAtError(errors.New("not yet"), time.Now().Add(3500*time.Millisecond))
}

func TestRealRetries(t *testing.T) {
	t.Setenv("INNGEST_DEV_SERVER_URL", realServer(t))
	tries := 0
	retried := func(id string, f handler) inngestkit.Function {
		return inngestkit.NewFunction(inngestgo.FunctionOpts{ID: id}, Started.Trigger(), f)
	}
	env := inngesttest.New(t,
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
	for _, run := range env.TriggerAll(started()) {
		equal(t, "output of "+run.Function(), inngesttest.Output[string](run), "done")
	}
	equal(t, "attempts", env.Run("step").Attempts("flaky"), 2)
}

func TestRealImpatient(t *testing.T) {
	t.Setenv("INNGEST_DEV_SERVER_URL", realServer(t))
	text := record(t, func(tb testing.TB) {
		inngesttest.Config{Patience: time.Second}.New(tb, on(func(context.Context, input) (any, error) {
			return nil, sdkerrors.RetryAtError(errors.New("not yet"), time.Now().Add(time.Hour))
		})).Trigger(started())
	})
	for _, want := range []string{"within 1s", "fn waits for its next attempt", "Config.Patience"} {
		if !strings.Contains(text, want) {
			t.Errorf("the message is without %q:\n%s", want, text)
		}
	}
}
