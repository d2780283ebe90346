package parity

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/inngest/inngestgo"
)

func rateScenarios() []scenario {
	user := new("event.data.user")
	as := func(user string) map[string]any { return map[string]any{"user": user} }
	return []scenario{{
		name:  "throttle",
		shows: "runs above the limit start later, spread over the period",
		play: func(k *kit) {
			opts := options{ID: "fn", Throttle: &inngestgo.ConfigThrottle{Limit: 2, Period: 4 * time.Second}}
			starts := make(chan time.Time, 3)
			k.serve(k.with(opts, "go", func(context.Context, input) (any, error) { starts <- time.Now(); return nil, nil }))
			sent := time.Now() // a busy machine may start a run late, but never before this
			for _, id := range k.sends("go", nil, nil, nil) {
				k.status(id, "Completed")
			}
			<-starts
			<-starts
			if d := (<-starts).Sub(sent); d < 3*time.Second/2 {
				k.Errorf("three runs started within %v, want about 2s", d)
			}
		},
	}, {
		name:  "throttle burst",
		shows: "one run and the burst start at once, for each value of the key",
		play: func(k *kit) {
			var functions []function
			for burst := range uint(3) {
				opts := options{ID: fmt.Sprint("burst", burst), Throttle: &inngestgo.ConfigThrottle{Limit: 1, Period: time.Minute, Burst: burst, Key: user}}
				functions = append(functions, k.with(opts, "go", k.notesUser(opts.ID)))
			}
			k.serve(append(functions, k.passing())...)
			k.sends("go", as("a"), as("a"), as("a"), as("a"), as("b"))
			k.settled("burst0 a", "burst0 b", "burst1 a", "burst1 a", "burst1 b", "burst2 a", "burst2 a", "burst2 a", "burst2 b")
		},
	}, {
		name:  "rate limit",
		shows: "for one value of the key, a tenth of the limit plus one events start a run at once, and the others start none; events without the key are not limited",
		play: func(k *kit) {
			var functions []function
			for _, limit := range []uint{1, 2, 10, 20} {
				opts := options{ID: fmt.Sprint("limit", limit), RateLimit: &inngestgo.ConfigRateLimit{Limit: limit, Period: time.Hour, Key: user}}
				functions = append(functions, k.with(opts, "go", k.notesUser(opts.ID)))
			}
			k.serve(append(functions, k.passing())...)
			k.sends("go", as("a"), as("a"), as("a"), as("a"), as("b"), nil, nil)
			var want []string
			for limit, n := range map[string]int{"limit1": 1, "limit2": 1, "limit10": 2, "limit20": 3} {
				want = append(want, limit+" b", limit+" <nil>", limit+" <nil>")
				want = append(want, slices.Repeat([]string{limit + " a"}, n)...)
			}
			k.settled(want...)
		},
	}, {
		name:  "keys",
		shows: "rate limits and idempotency ignore events whose key is false or missing; batches group those events together; null is a value",
		play: func(k *kit) {
			h := func(prefix string) handler {
				return func(_ context.Context, in input) (any, error) {
					k.notef("%s %s", prefix, userOf(in.Event.Data))
					return nil, nil
				}
			}
			k.serve(k.passing(),
				k.with(options{ID: "rate", RateLimit: &inngestgo.ConfigRateLimit{Limit: 1, Period: time.Minute, Key: user}}, "go", h("rate")),
				k.with(options{ID: "once", Idempotency: user}, "go", h("once")),
				k.with(options{ID: "batch", BatchEvents: &inngestgo.ConfigBatchEvents{MaxSize: 20, Timeout: brief, Key: user}}, "go",
					func(_ context.Context, in input) (any, error) {
						k.notef("batch of %d", len(in.Events))
						return nil, nil
					}),
			)
			var twice []map[string]any
			for _, user := range []any{false, nil, true, ""} {
				twice = append(twice, map[string]any{"user": user}, map[string]any{"user": user})
			}
			k.sends("go", append(twice, nil, nil)...)
			want := []string{"batch of 2", "batch of 2", "batch of 2", "batch of 4"}
			for _, user := range []string{`""`, "<nil>", "false", "false", "missing", "missing", "true"} {
				want = append(want, "once "+user, "rate "+user)
			}
			k.settled(want...)
		},
	}, {
		name:  "idempotency",
		shows: "only the first event with a value of the idempotency key starts a run",
		play: func(k *kit) {
			k.serve(k.passing(), k.with(options{ID: "fn", Idempotency: new("event.data.order")}, "go", k.notesN))
			order := func(s string) map[string]any { return map[string]any{"order": s} }
			k.sends("go", order("a"))
			k.await(1)
			k.send("go", map[string]any{"n": 2, "order": "a"})
			k.send("go", map[string]any{"n": 3, "order": "b"})
			k.settled("1", "3")
		},
	}}
}

// notesN is a handler that notes the event's n.
func (k *kit) notesN(_ context.Context, in input) (any, error) {
	k.notef("%v", in.Event.Data["n"])
	return nil, nil
}

// notesUser is a handler that notes a prefix and the event's user.
func (k *kit) notesUser(prefix string) handler {
	return func(_ context.Context, in input) (any, error) {
		k.notef("%s %v", prefix, in.Event.Data["user"])
		return nil, nil
	}
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }
