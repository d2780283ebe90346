package parity

import (
	"context"
	"errors"
	"slices"

	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"
)

func parallelScenarios() []scenario {
	return []scenario{{
		name:  "parallel",
		shows: "parallel steps run once each, at the same time; the next step runs when all are done",
		play: func(k *kit) {
			together := make(chan struct{})
			branch := func(ctx context.Context, name, other string) (any, error) {
				return step.Run(ctx, name, func(ctx context.Context) (string, error) {
					k.notef("%s", name)
					select { // each waits until the other has started
					case together <- struct{}{}:
					case <-together:
					case <-ctx.Done():
						return "", context.Cause(ctx)
					}
					return name, nil
				})
			}
			k.serve(k.on("fn", "go", func(ctx context.Context, _ input) (any, error) {
				results := group.Parallel(ctx,
					func(ctx context.Context) (any, error) { return branch(ctx, "a", "b") },
					func(ctx context.Context) (any, error) { return branch(ctx, "b", "a") },
				)
				if err := results.AnyError(); err != nil {
					return nil, err
				}
				return step.Run(ctx, "after", func(context.Context) (any, error) {
					k.notef("after")
					return []any{results[0].Value, results[1].Value}, nil
				})
			}))
			k.plays("go", nil, "Completed", []string{"a", "b"})
			notes := k.noted()
			slices.Sort(notes[:2])
			equal(k, "what ran", notes, []string{"a", "b", "after"})
		},
	}, {
		name:  "parallel chains",
		shows: "a branch of several steps, beside a sleep, runs each of them once",
		play: func(k *kit) {
			chain := func(ctx context.Context, names ...string) (any, error) {
				for _, name := range names {
					if _, err := step.Run(ctx, name, func(context.Context) (any, error) { k.notef("%s", name); return nil, nil }); err != nil {
						return nil, err
					}
				}
				return len(names), nil
			}
			k.serve(k.on("fn", "go", func(ctx context.Context, _ input) (any, error) {
				results := group.Parallel(ctx,
					func(ctx context.Context) (any, error) { return chain(ctx, "a1", "a2", "a3") },
					func(ctx context.Context) (any, error) { step.Sleep(ctx, "nap", brief); return chain(ctx, "b1") },
				)
				return len(results), results.AnyError()
			}))
			k.plays("go", nil, "Completed", 2)
			notes := k.noted()
			slices.Sort(notes)
			equal(k, "what ran", notes, []string{"a1", "a2", "a3", "b1"})
		},
	}, {
		name:  "parallel race",
		shows: "in race mode a branch continues before the steps of the other branches have ended",
		play: func(k *kit) {
			const race = 2 // the name of the mode is in a module of the server
			first := make(chan struct{})
			run := func(ctx context.Context, name string, do func(context.Context) error) (any, error) {
				return step.Run(ctx, name, func(ctx context.Context) (any, error) { k.notef("%s", name); return nil, do(ctx) })
			}
			k.serve(k.on("fn", "go", func(ctx context.Context, _ input) (any, error) {
				results := group.ParallelWithOpts(ctx, group.ParallelOpts{ParallelMode: race},
					func(ctx context.Context) (any, error) {
						if _, err := run(ctx, "a1", func(context.Context) error { return nil }); err != nil {
							return nil, err
						}
						return run(ctx, "a2", func(context.Context) error { close(first); return nil })
					},
					func(ctx context.Context) (any, error) {
						return run(ctx, "b", func(ctx context.Context) error {
							ctx, cancel := context.WithTimeoutCause(ctx, *patience/2, errors.New("the other branch does not go on"))
							defer cancel()
							select {
							case <-first:
								return nil
							case <-ctx.Done():
								return context.Cause(ctx)
							}
						})
					},
				)
				return nil, results.AnyError()
			}))
			k.plays("go", nil, "Completed", nil)
			notes := k.noted()
			slices.Sort(notes)
			equal(k, "what ran", notes, []string{"a1", "a2", "b"})
		},
	}, {
		name:  "parallel failure",
		shows: "if one branch fails finally, the function still gets the other's result",
		play: func(k *kit) {
			k.serve(k.on("fn", "go", func(ctx context.Context, _ input) (any, error) {
				results := group.Parallel(ctx,
					func(ctx context.Context) (any, error) { return step.Run(ctx, "bad", failing("no luck")) },
					func(ctx context.Context) (any, error) {
						return step.Run(ctx, "good", func(context.Context) (string, error) { k.notef("good"); return "fine", nil })
					},
				)
				return []any{results[0].Error.Error(), results[1].Value}, nil
			}))
			k.plays("go", nil, "Completed", []string{"no luck", "fine"})
			equal(k, "what ran", k.noted(), []string{"good"})
		},
	}}
}
