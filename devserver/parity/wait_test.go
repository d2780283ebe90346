package parity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/inngest/inngestgo/step"
)

func waitScenarios() []scenario {
	return []scenario{{
		name:  "wait",
		shows: "a step that waits gets the first matching event that comes after it began to",
		play: func(k *kit) {
			k.serve(k.waiter("fn", "go", "", long))
			k.send("answer", map[string]any{"n": -1}) // comes before anyone waits
			id := k.send("go", map[string]any{"id": 1})
			first := k.until(id, "answer", func(i int) map[string]any { return map[string]any{"n": i} })
			if n, ok := first.(float64); !ok || n < 0 {
				k.Errorf("the step got %v, want an event that was sent while it waited", first)
			}
		},
	}, {
		name:  "wait with an expression",
		shows: "only an event for which the expression holds, between event and async, ends the wait",
		play: func(k *kit) {
			k.serve(k.waiter("fn", "go", "event.data.id == async.data.id && async.data.n > 2", long))
			id := k.send("go", map[string]any{"id": "mine"})
			got := k.until(id, "answer", func(i int) map[string]any {
				return map[string]any{"id": []string{"other", "mine"}[i%2], "n": i % 4}
			})
			equal(k, "what the step got", got, any(3.0))
		},
	}, {
		name:  "wait timeout",
		shows: "a wait without an event ends at its timeout, as such",
		play: func(k *kit) {
			k.serve(k.waiter("fn", "go", "", brief))
			k.plays("go", nil, "Completed", "timeout")
		},
	}, {
		name:  "waits of several runs",
		shows: "one event ends the waits of all runs that match",
		play: func(k *kit) {
			k.serve(k.waiter("a", "go", "", long), k.waiter("b", "go", "", long))
			id := k.send("go", nil)
			stop := k.repeat("answer", func(int) map[string]any { return map[string]any{"n": 7} })
			defer stop()
			for _, r := range k.runs(id, 2) {
				equal(k, "what the step got", r.value(), any(7.0))
			}
		},
	}}
}

// long is a timeout that only a failing scenario meets.
const long = time.Minute

// waiter declares a function that waits for an answer and returns its n.
func (k *kit) waiter(id, event, expression string, timeout time.Duration) function {
	return k.on(id, event, func(ctx context.Context, _ input) (any, error) {
		opts := step.WaitForEventOpts{Event: k.event("answer"), Timeout: timeout}
		if expression != "" {
			opts.If = &expression
		}
		answer, err := step.WaitForEvent[map[string]any](ctx, "wait", opts)
		if errors.Is(err, step.ErrEventNotReceived) {
			return "timeout", nil
		}
		data, ok := answer["data"].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("the answer is %v: %w", answer, err)
		}
		return data["n"], err
	})
}

// until sends an event again and again until the one run of another event,
// which waits for it, ends, and returns that run's output. When a server has
// stored a wait cannot be seen from outside.
func (k *kit) until(id, event string, data func(i int) map[string]any) any {
	k.Helper()
	defer k.repeat(event, data)()
	r := k.runs(id, 1)[0]
	equal(k, "the run's status", r.Status, "Completed")
	return r.value()
}

// repeat sends an event again and again until stop is called.
func (k *kit) repeat(event string, data func(i int) map[string]any) (stop func()) {
	ctx, cancel := context.WithCancel(k.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for i := 0; ctx.Err() == nil; i++ {
			k.send(event, data(i))
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}
