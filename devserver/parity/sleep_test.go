package parity

import (
	"context"
	"time"

	"github.com/inngest/inngestgo/step"
)

// brief is a wait that both servers notice, and a person hardly.
const brief = time.Second

func sleepScenarios() []scenario {
	return []scenario{{
		name:  "sleep",
		shows: "a sleep lasts at least its duration; steps before it are not repeated",
		play: func(k *kit) {
			began := make(chan time.Time, 1)
			k.serve(k.on("fn", "go", func(ctx context.Context, _ input) (any, error) {
				if _, err := step.Run(ctx, "before", func(context.Context) (any, error) { began <- time.Now(); return nil, nil }); err != nil {
					return nil, err
				}
				step.Sleep(ctx, "nap", brief)
				return time.Since(<-began) >= brief, nil
			}))
			k.plays("go", nil, "Completed", true)
		},
	}, {
		name:  "sleep until",
		shows: "a sleep until a time ends at that time; a sleep until a past time ends at once",
		play: func(k *kit) {
			k.serve(k.on("fn", "go", func(ctx context.Context, _ input) (any, error) {
				step.SleepUntil(ctx, "past", time.Now().Add(-time.Hour))
				at, err := step.Run(ctx, "plan", func(context.Context) (time.Time, error) { return time.Now().Add(brief), nil })
				if err != nil {
					return nil, err
				}
				step.SleepUntil(ctx, "until", at)
				return !time.Now().Before(at), nil
			}))
			k.plays("go", nil, "Completed", true)
		},
	}}
}
