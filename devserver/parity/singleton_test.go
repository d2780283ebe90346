package parity

import (
	"context"
	"fmt"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

func singletonScenarios() []scenario {
	user := new("event.data.user")
	return []scenario{{
		name:    "priority",
		shows:   "among waiting runs the one with the higher priority starts first",
		differs: "the official server started them in either order",
		play: func(k *kit) {
			g := make(gate)
			opts := limited(inngestgo.ConfigStepConcurrency{Limit: 1})
			opts.Priority = &inngestgo.ConfigPriority{Run: new("event.data.priority")}
			k.serve(k.passing(), k.held(g, opts, "go"))
			k.sends("go", map[string]any{"priority": 0})
			k.await(1)
			k.send("go", map[string]any{"n": 2, "priority": -300})
			k.send("go", map[string]any{"n": 3, "priority": 300})
			k.settled("1")
			g.release(k)
			k.await(2)
			g.release(k)
			if order := k.await(3); order[1] == "2" && pick(k, true, false) {
				k.Errorf("the order is %v", order)
			}
			g.release(k)
		},
	}, {
		name:  "singleton skip",
		shows: "while a run is running, others with the same value of the key are skipped",
		play: func(k *kit) {
			g := make(gate)
			k.serve(k.passing(), k.held(g, options{ID: "fn", Singleton: inngestkit.Singleton(inngestkit.SingletonSkip, *user)}, "go"))
			first := k.sends("go", map[string]any{"user": "a"})[0]
			k.await(1)
			k.send("go", map[string]any{"n": 2, "user": "a"})
			k.send("go", map[string]any{"n": 3, "user": "b"})
			k.settled("1", "3")
			g.release(k)
			g.release(k)
			k.status(first, "Completed")
			k.send("go", map[string]any{"n": 4, "user": "a"})
			k.settled("1", "3", "4")
			g.release(k)
		},
	}, {
		name:  "singleton keys",
		shows: "events whose key is false or missing are not limited to one run; null is a value",
		play: func(k *kit) {
			g := make(gate)
			k.serve(k.passing(), k.with(options{ID: "fn", Retries: new(0), Singleton: inngestkit.Singleton(inngestkit.SingletonSkip, "event.data.user")},
				"go", func(ctx context.Context, in input) (any, error) {
					k.notef("%s", userOf(in.Event.Data))
					return nil, g.pass(ctx)
				}))
			var twice []map[string]any
			for _, user := range []any{false, nil, true, "false", "", 0} {
				twice = append(twice, map[string]any{"user": user}, map[string]any{"user": user})
			}
			k.sends("go", append(twice, nil, nil)...)
			k.settled(`""`, `"false"`, "0", "<nil>", "false", "false", "missing", "missing", "true")
			close(g)
		},
	}, {
		name:  "singleton cancel",
		shows: "a new run with the same value of the key cancels the current one",
		play: func(k *kit) {
			g := make(gate)
			k.serve(k.passing(), k.held(g, options{ID: "fn", Singleton: inngestkit.Singleton(inngestkit.SingletonCancel, *user)}, "go"))
			first := k.sends("go", map[string]any{"user": "a"})[0]
			k.await(1)
			other := k.send("go", map[string]any{"n": 2, "user": "b"})
			second := k.send("go", map[string]any{"n": 3, "user": "a"})
			k.status(first, "Cancelled")
			k.settled("1", "2", "3")
			for range 3 {
				g.release(k)
			}
			k.status(other, "Completed")
			k.status(second, "Completed")
		},
	}}
}

// userOf describes the user of an event, or says that it is missing.
func userOf(data map[string]any) string {
	if user, there := data["user"]; there {
		return fmt.Sprintf("%#v", user)
	}
	return "missing"
}
