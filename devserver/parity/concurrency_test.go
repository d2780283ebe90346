package parity

import (
	"context"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

func limited(limits ...inngestgo.ConfigStepConcurrency) options {
	return options{ID: "fn", Concurrency: &inngestgo.ConfigConcurrency{Step: limits}}
}

func concurrencyScenarios() []scenario {
	user := new("event.data.user")
	as := func(user string) map[string]any { return map[string]any{"user": user} }
	return []scenario{{
		name:  "concurrency",
		shows: "a function runs at most as many steps at once as its limit; the others follow",
		play: func(k *kit) {
			g := make(gate)
			k.serve(k.passing(), k.held(g, limited(inngestgo.ConfigStepConcurrency{Limit: 1}), "go"))
			ids := k.sends("go", nil, nil, nil)
			for i := range ids {
				k.await(i + 1)
				k.plays("passing", nil, "Completed", nil)
				equal(k, "how many began", len(k.noted()), i+1)
				g.release(k)
			}
			for _, id := range ids {
				k.status(id, "Completed")
			}
		},
	}, {
		name:  "concurrency key",
		shows: "a limit with a key applies to each value of the key",
		play: func(k *kit) {
			g := make(gate)
			k.serve(k.passing(), k.held(g, limited(inngestgo.ConfigStepConcurrency{Limit: 1, Key: user}), "go"))
			ids := k.sends("go", as("a"))
			k.await(1)
			ids = append(ids, k.send("go", map[string]any{"n": 2, "user": "a"}), k.send("go", map[string]any{"n": 3, "user": "b"}))
			k.settled("1", "3")
			g.release(k)
			g.release(k)
			g.release(k)
			for _, id := range ids {
				k.status(id, "Completed")
			}
		},
	}, {
		name:  "concurrency scopes",
		shows: "a limit with the scope environment or account applies to all functions with its key together",
		play: func(k *kit) {
			g := make(gate)
			env := limited(inngestkit.StepConcurrency(1, inngestkit.ConcurrencyEnv, *quoted(k.app + "-env")))
			account := limited(inngestkit.StepConcurrency(1, inngestkit.ConcurrencyAccount, *quoted(k.app + "-account")))
			one, two, three, four := env, env, account, account
			one.ID, two.ID, three.ID, four.ID = "one", "two", "three", "four"
			k.serve(k.passing(), k.held(g, one, "a"), k.held(g, two, "b"), k.held(g, three, "c"), k.held(g, four, "d"))
			ids := []string{k.send("a", map[string]any{"n": "env"}), k.send("b", map[string]any{"n": "env"})}
			ids = append(ids, k.send("c", map[string]any{"n": "account"}), k.send("d", map[string]any{"n": "account"}))
			k.settled("account", "env")
			for range ids {
				g.release(k)
			}
			for _, id := range ids {
				k.status(id, "Completed")
			}
		},
	}, {
		name:  "two concurrency limits",
		shows: "with two limits a step needs room in both",
		play: func(k *kit) {
			g := make(gate)
			k.serve(k.passing(), k.held(g, limited(inngestgo.ConfigStepConcurrency{Limit: 2}, inngestgo.ConfigStepConcurrency{Limit: 1, Key: user}), "go"))
			ids := k.sends("go", as("a"))
			k.await(1)
			ids = append(ids, k.send("go", map[string]any{"n": 2, "user": "a"}))
			k.settled("1")
			ids = append(ids, k.send("go", map[string]any{"n": 3, "user": "b"}))
			k.await(2)
			ids = append(ids, k.send("go", map[string]any{"n": 4, "user": "c"}))
			k.settled("1", "3")
			for range ids {
				g.release(k)
			}
			for _, id := range ids {
				k.status(id, "Completed")
			}
		},
	}, {
		name:  "concurrency of sleeping runs",
		shows: "a run that sleeps does not count towards concurrency",
		play: func(k *kit) {
			g := make(gate)
			opts := limited(inngestgo.ConfigStepConcurrency{Limit: 1})
			opts.Retries = new(0)
			k.serve(k.with(opts, "go", func(ctx context.Context, in input) (any, error) {
				n := in.Event.Data["n"]
				if _, err := step.Run(ctx, "held", func(ctx context.Context) (any, error) { k.notef("%v", n); return nil, g.pass(ctx) }); err != nil {
					return nil, err
				}
				step.Sleep(ctx, "nap", long)
				return nil, nil
			}))
			k.sends("go", nil, nil, nil)
			for i := range 3 {
				k.await(i + 1)
				g.release(k)
			}
		},
	}}
}
