package parity

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/inngest/inngestgo"
)

func debounceScenarios() []scenario {
	user := "event.data.user"
	as := func(user string) map[string]any { return map[string]any{"user": user} }
	return []scenario{{
		name:  "debounce",
		shows: "events that follow each other within the period start one run, with the last of them, for each value of the key",
		play: func(k *kit) {
			k.serve(k.passing(), k.with(options{ID: "fn", Debounce: &inngestgo.ConfigDebounce{Period: 2 * brief, Key: user}}, "go", k.notesN))
			k.sends("go", as("a"), as("a"), as("b"), as("a"))
			k.settled("3", "4")
		},
	}, {
		name:    "debounce timeout",
		shows:   "a run starts when the timeout has passed since the first event, even if events keep coming",
		differs: "the official server started the run many seconds late, or not within a minute; the scenario skips it",
		play: func(k *kit) {
			if pick(k, false, true) {
				k.Skip(k.scenario.differs)
			}
			k.serve(k.with(options{ID: "fn", Debounce: &inngestgo.ConfigDebounce{Period: brief, Timeout: new(2 * brief)}}, "go", k.notesN))
			defer k.repeat("go", func(i int) map[string]any { return map[string]any{"n": i} })()
			k.await(1)
		},
	}, {
		name:  "batch",
		shows: "a full batch starts one run with its events; a batch that is not full starts at its timeout; each value of the key has separate batches",
		play: func(k *kit) {
			batch := func(size int, timeout time.Duration) *inngestgo.ConfigBatchEvents {
				return &inngestgo.ConfigBatchEvents{MaxSize: size, Timeout: timeout, Key: &user}
			}
			h := func(_ context.Context, in input) (any, error) {
				var n []string
				for _, e := range in.Events {
					n = append(n, fmt.Sprint(e.Data["n"]))
				}
				k.notef("%s", strings.Join(sorted(n), ","))
				return nil, nil
			}
			k.serve(k.passing(),
				k.with(options{ID: "full", BatchEvents: batch(2, long)}, "full", h),
				k.with(options{ID: "late", BatchEvents: batch(10, brief)}, "late", h),
			)
			k.sends("late", as("a"), as("a"), as("b"))
			k.settled("1,2", "3")
			defer k.repeat("full", func(i int) map[string]any { return map[string]any{"n": i, "user": "a"} })()
			if full := k.await(3)[2]; strings.Count(full, ",") != 1 {
				k.Errorf("a batch of two is %q", full)
			}
		},
	}}
}
