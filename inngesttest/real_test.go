package inngesttest_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/devserver"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// realServer is the URL of a server for the kit's real mode: the one of
// INNGEST_DEV_SERVER_URL if there is one, or else an embedded dev server over
// HTTP.
func realServer(t *testing.T) string {
	t.Helper()
	if officialServer != "" {
		return officialServer
	}
	dev, err := devserver.Start(t.Context(), devserver.Config{
		Addr: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler),
		RetryBackoff: func(int) time.Duration { return time.Millisecond },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dev.Close() })
	return dev.URL()
}

func TestReal(t *testing.T) {
	t.Setenv("INNGEST_DEV_SERVER_URL", realServer(t))
	t.Run("completes", func(t *testing.T) {
		env := inngesttest.New(t, on(func(ctx context.Context, _ input) (any, error) {
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
		env := inngesttest.New(t, on(func(ctx context.Context, _ input) (any, error) {
			return step.Run(ctx, "a", func(context.Context) (any, error) { return nil, inngestgo.NoRetryError(errors.New("never")) })
		}))
		env.Trigger(started()).RequireFailed("never")
	})
	t.Run("resumes", func(t *testing.T) {
		env := inngesttest.New(t, waits(""))
		run := env.Trigger(started()).RequireWaiting("confirmed")
		env.Send(OrderConfirmed.New(OrderData{OrderID: "o1"}))
		run.RequireCompleted()
	})
	t.Run("skips what needs virtual time", func(t *testing.T) {
		var skipped *recordingTB
		record(t, func(tb testing.TB) {
			skipped = tb.(*recordingTB)
			inngesttest.New(tb, on(func(context.Context, input) (any, error) { return nil, nil })).Step("a")
			t.Error("the test went on")
		})
		equal(t, "that it is skipped", skipped.skipped, true)
	})
}
