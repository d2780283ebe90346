package inngesttest_test

import (
	"context"
	"crypto/rand"
	"testing"
	"testing/synctest"

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

// TestRepeatedCalls counts how often the kit repeats the call that found the last
// step: often if the path through the function is new, and twice if it is known. In a
// bubble, no time passes meanwhile that could end the repetition.
func TestRepeatedCalls(t *testing.T) {
	t.Parallel()
	const made = 2 // calls of the run itself
	app := rand.Text()
	for _, repeated := range []int{32, 2} {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			inngesttest.Config{AppID: app}.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				calls++
				return do(ctx, "a")
			})).Trigger(started()).RequireCompleted()
			equal(t, "calls", calls, made+repeated)
		})
	}
}
