package parity

import (
	"context"
	"strings"

	"github.com/inngest/inngestgo/step"
)

func stateScenarios() []scenario {
	return []scenario{{
		name:  "large state",
		shows: "a run with more state than is sent with a call, 6 MB, runs each step once: the app fetches the state",
		play: func(k *kit) {
			const steps, size = 6, 1 << 20
			k.serve(k.on("fn", "go", func(ctx context.Context, _ input) (any, error) {
				total := 0
				for i := range steps {
					part, err := step.Run(ctx, "part", func(context.Context) (string, error) {
						k.notef("%d", i)
						return strings.Repeat("x", size), nil
					})
					if err != nil {
						return nil, err
					}
					total += len(part)
				}
				return total, nil
			}))
			k.plays("go", nil, "Completed", steps*size)
			equal(k, "the steps", k.noted(), []string{"0", "1", "2", "3", "4", "5"})
		},
	}}
}
