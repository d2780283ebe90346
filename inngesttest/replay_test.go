package inngesttest_test

import (
	"context"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// TestNotRepeated counts how often functions run code outside steps that the kit must
// not repeat.
func TestNotRepeated(t *testing.T) {
	t.Parallel()
	t.Run("an end", func(t *testing.T) {
		t.Parallel()
		ended := 0
		inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
			out, err := do(ctx, "a")
			ended++
			return out, err
		})).Trigger(started()).RequireCompleted()
		equal(t, "ends", ended, 1)
	})
	t.Run("an event", func(t *testing.T) {
		t.Parallel()
		var sender inngestkit.Sender
		env := inngesttest.Config{SkipChecks: inngesttest.CheckSends}.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
			if _, err := sender.Send(ctx, OrderCreated.New(OrderData{OrderID: "o1"})); err != nil {
				return nil, err
			}
			return do(ctx, "a")
		}))
		sender = env.App().PlainSender()
		env.Trigger(started()).RequireCompleted()
		equal(t, "sent, once in each of two calls", len(inngesttest.Sent(env, OrderCreated)), 2)
	})
}
