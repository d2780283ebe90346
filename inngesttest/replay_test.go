package inngesttest_test

import (
	"context"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// TestWhatIsNotRepeated counts what functions do outside of steps where the kit
// must not do it again.
func TestWhatIsNotRepeated(t *testing.T) {
	t.Parallel()
	t.Run("a function without steps", func(t *testing.T) {
		t.Parallel()
		ended := 0
		inngesttest.New(t, on(func(context.Context, input) (any, error) { ended++; return nil, nil })).Trigger(started()).RequireCompleted()
		equal(t, "ends", ended, 1)
	})
	t.Run("an end, without its check", func(t *testing.T) {
		t.Parallel()
		ended := 0
		inngesttest.Config{Skip: inngesttest.CheckEnding}.New(t, on(func(ctx context.Context, _ input) (any, error) {
			out, err := do(ctx, "a")
			ended++
			return out, err
		})).Trigger(started()).RequireCompleted()
		equal(t, "ends", ended, 1)
	})
	t.Run("an event", func(t *testing.T) {
		t.Parallel()
		var sender inngestkit.Sender
		env := inngesttest.Config{Skip: inngesttest.CheckSends}.New(t, on(func(ctx context.Context, _ input) (any, error) {
			if _, err := do(ctx, "a"); err != nil {
				return nil, err
			}
			return sender.Send(ctx, OrderCreated.New(OrderData{OrderID: "o1"}))
		}))
		sender = env.App().Sender()
		env.Trigger(started()).RequireCompleted()
		equal(t, "sent", len(inngesttest.Sent(env, OrderCreated)), 1)
	})
}
