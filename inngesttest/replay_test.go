package inngesttest_test

import (
	"context"
	"crypto/rand"
	"fmt"
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

// TestRepeatedCalls counts how often the kit repeats calls of a run. It repeats the
// call that found the last step often if the path through the function is new, twice
// if it is known, and never in a long run; and every sixteenth call of a run once. In
// a bubble, no time passes meanwhile that could end the repetition.
func TestRepeatedCalls(t *testing.T) {
	t.Parallel()
	app := rand.Text()
	for _, c := range []struct{ steps, repeated int }{
		{1, 32}, {1, 2},
		{20, 32 + 1}, {20, 2 + 1},
		{100, 32 + 6},
		{120, 7}, {200, 12},
	} {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			inngesttest.Config{AppID: app}.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				calls++
				for i := range c.steps {
					if _, err := do(ctx, fmt.Sprint("step-", i)); err != nil {
						return nil, err
					}
				}
				return nil, nil
			})).Trigger(started()).RequireCompleted()
			equal(t, fmt.Sprint("the number of repeated calls of ", c.steps, " steps"), calls-c.steps-1, c.repeated)
		})
	}
}
