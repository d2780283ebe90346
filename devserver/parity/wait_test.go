package parity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/inngest/inngestgo/step"
)

func waitScenarios() []scenario {
	return []scenario{{
		name:  "wait",
		shows: "a step that waits gets the first matching event after the start of the wait",
		play: func(k *kit) {
			k.serve(k.waiter("fn", "go", "", long))
			k.send("answer", map[string]any{"n": -1}) // sent before a step waits
			id := k.send("go", map[string]any{"id": 1})
			first := k.until(id, "answer", func(i int) map[string]any { return map[string]any{"n": i} })
			if n, ok := first.(float64); !ok || n < 0 {
				k.Errorf("the step got %v, want an event that was sent while it waited", first)
			}
		},
	}, {
		name:  "wait with an expression",
		shows: "only an event for which the expression (event compared with async) is true ends the wait",
		play: func(k *kit) {
			k.serve(k.waiter("fn", "go", "event.data.id == async.data.id && async.data.n > 2", long))
			id := k.send("go", map[string]any{"id": "mine"})
			got := k.until(id, "answer", func(i int) map[string]any {
				return map[string]any{"id": []string{"other", "mine"}[i%2], "n": i % 4}
			})
			equal(k, "the step's result", got, any(3.0))
		},
	}, {
		name:    "wait with a bad expression",
		shows:   "a wait whose expression does not compile fails the run, with the position of the mistake",
		differs: "our message names the wait and the position; the official server has the position in the stack, in a field of the output",
		play: func(k *kit) {
			k.serve(k.waiter("fn", "go", "event.data.id === async.data.id", long))
			r := k.fails("go")
			wrapped := struct{ Error failure }{}
			_ = json.Unmarshal(r.Output, &wrapped)
			equal(k, "the error's name", pick(k, r.failure(k).Name, wrapped.Error.Name), pick(k, "InvalidStep", "InvalidExpression"))
			if place := pick(k, "character 17: Syntax error", "1:17: Syntax error"); !strings.Contains(string(r.Output), place) {
				k.Errorf("the output is %s, want it to say where the error is: %s", r.Output, place)
			}
		},
	}, {
		name:  "name of a wait",
		shows: "/v2/runs/{id}/trace shows a wait by its name if it has one, and else by its id",
		play: func(k *kit) {
			k.serve(k.on("fn", "go", func(ctx context.Context, _ input) (any, error) {
				for _, name := range []string{"the answer", ""} {
					_, _ = step.WaitForEvent[any](ctx, "wait "+name, step.WaitForEventOpts{Event: k.event("answer"), Name: name, Timeout: brief / 10})
				}
				return nil, nil
			}))
			r := k.runs(k.send("go", nil), 1)[0]
			type span struct{ Name, StepOp string }
			poll(k, "/v2/runs/"+r.ID+"/trace", func(trace struct{ RootSpan struct{ Children []span } }) bool {
				var names []string
				for _, s := range trace.RootSpan.Children {
					if s.StepOp == "WAIT_FOR_EVENT" {
						names = append(names, s.Name)
					}
				}
				return slices.Equal(names, []string{"the answer", "wait "})
			})
		},
	}, {
		name:  "wait timeout",
		shows: "a wait without an event ends at its timeout, with the error for that",
		play: func(k *kit) {
			k.serve(k.waiter("fn", "go", "", brief))
			k.plays("go", nil, "Completed", "timeout")
		},
	}, {
		name:  "waits of several runs",
		shows: "one event ends the waits of all matching runs",
		play: func(k *kit) {
			k.serve(k.waiter("a", "go", "", long), k.waiter("b", "go", "", long))
			id := k.send("go", nil)
			stop := k.repeat("answer", func(int) map[string]any { return map[string]any{"n": 7} })
			defer stop()
			for _, r := range k.runs(id, 2) {
				equal(k, "the step's result", r.value(), any(7.0))
			}
		},
	}}
}

// long is a timeout that only a failing scenario reaches.
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

// until sends an event again and again until the one run of another event, which
// waits for it, ends. It returns that run's output. Nothing outside shows when a
// server has stored a wait.
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
