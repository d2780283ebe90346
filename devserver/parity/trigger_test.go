package parity

import (
	"context"
	"slices"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

func triggerScenarios() []scenario {
	return []scenario{{
		name:  "event ids",
		shows: "only the first of two events with the same id starts anything; both sends succeed",
		play: func(k *kit) {
			k.serve(k.on("fn", "go", func(_ context.Context, in input) (any, error) { k.notef("%v", in.Event.Data["n"]); return nil, nil }))
			event := func(id string, n int) inngestgo.Event {
				return inngestgo.Event{ID: &id, Name: k.event("go"), Data: map[string]any{"n": n}}
			}
			one, two := k.app+"-1", k.app+"-2"
			k.runs(k.sendAll(event(one, 1))[0], 1)
			k.sendAll(event(one, 2))
			k.runs(k.sendAll(event(two, 3))[0], 1)
			equal(k, "what started a run", k.noted(), []string{"1", "3"})
		},
	}, {
		name:  "wildcards",
		shows: "a star after a slash or a dot matches any rest of a name",
		play: func(k *kit) {
			var functions []function
			for id, event := range map[string]string{"exact": "user/signed.up", "slash": "user/*", "dot": "user/signed.*"} {
				functions = append(functions, k.on(id, event, func(context.Context, input) (any, error) { return id, nil }))
			}
			k.serve(functions...)
			k.starts("user/signed.up", nil, "dot", "exact", "slash")
			k.starts("user/signed.out", nil, "dot", "slash")
			k.starts("user/x", nil, "slash")
			k.starts("user", nil)
		},
	}, {
		name:  "several triggers",
		shows: "a function runs once for an event that matches several of its triggers",
		play: func(k *kit) {
			big := "event.data.n > 10"
			k.serve(inngestkit.NewFunction(options{ID: "fn", Retries: new(0)}, inngestkit.AnyOf(
				inngestgo.EventTrigger(k.event("a"), nil), inngestgo.EventTrigger(k.event("*"), &big), inngestgo.EventTrigger(k.event("b"), nil),
			), func(_ context.Context, in input) (any, error) { return "fn", nil }))
			k.starts("a", map[string]any{"n": 1}, "fn")
			k.starts("b", map[string]any{"n": 20}, "fn")
			k.starts("c", map[string]any{"n": 20}, "fn")
			k.starts("c", map[string]any{"n": 1})
		},
	}, {
		name:  "fan out",
		shows: "an event starts each matching function once, and its list of runs shows all",
		play: func(k *kit) {
			var functions []function
			for _, id := range []string{"a", "b", "c"} {
				functions = append(functions, k.on(id, "go", func(context.Context, input) (any, error) { return id, nil }))
			}
			k.serve(functions...)
			k.starts("go", nil, "a", "b", "c")
		},
	}}
}

// starts sends an event and asserts which functions it starts; each returns its
// id. It checks again at the scenario's end that no others have started.
func (k *kit) starts(event string, data map[string]any, ids ...string) {
	k.Helper()
	sent := k.send(event, data)
	check := func() {
		k.Helper()
		got := []string{}
		for _, r := range k.runs(sent, len(ids)) {
			got = append(got, r.value().(string))
		}
		slices.Sort(got)
		equal(k, event+" starts", got, append([]string{}, ids...))
	}
	check()
	k.later = append(k.later, check)
}
