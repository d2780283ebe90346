package parity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"
)

// failing returns a step that fails.
func failing(message string) func(context.Context) (any, error) {
	return func(context.Context) (any, error) { return nil, errors.New(message) }
}

func retryScenarios() []scenario {
	return []scenario{{
		name:  "function retries",
		shows: "a function that fails is called once and then once for each retry, with attempts counted from 0; the last error is the run's output",
		play: func(k *kit) {
			k.serve(k.with(options{ID: "fn", Retries: new(2)}, "go", func(_ context.Context, in input) (any, error) {
				k.notef("attempt %d", in.InputCtx.Attempt)
				return nil, fmt.Errorf("failure %d", in.InputCtx.Attempt)
			}))
			r := k.fails("go")
			equal(k, "the attempts", k.noted(), []string{"attempt 0", "attempt 1", "attempt 2"})
			equal(k, "the error", r.failure(k).Message, "failure 2")
		},
	}, {
		name:  "retries by default",
		shows: "a function without configured retries has four",
		play: func(k *kit) {
			k.serve(k.with(options{ID: "fn"}, "go", func(_ context.Context, in input) (any, error) {
				k.notef("attempt %d", in.InputCtx.Attempt)
				return nil, errors.New("no luck")
			}))
			k.fails("go")
			equal(k, "the number of attempts", len(k.noted()), 5)
		},
	}, {
		name:  "no retries",
		shows: "with 0 retries the first failure is final",
		play: func(k *kit) {
			k.serve(k.on("fn", "go", func(context.Context, input) (any, error) { k.notef("call"); return nil, errors.New("no luck") }))
			k.fails("go")
			equal(k, "the calls", k.noted(), []string{"call"})
		},
	}, {
		name:  "step retries",
		shows: "each step counts its attempts from 0; finished steps are not repeated",
		play: func(k *kit) {
			k.serve(k.with(options{ID: "fn", Retries: new(2)}, "go", func(ctx context.Context, in input) (any, error) {
				for _, name := range []string{"a", "b"} {
					_, err := step.Run(ctx, name, func(context.Context) (any, error) {
						k.notef("%s %d", name, in.InputCtx.Attempt)
						if in.InputCtx.Attempt < 1 {
							return nil, errors.New("again")
						}
						return nil, nil
					})
					if err != nil {
						return nil, err
					}
				}
				return "done", nil
			}))
			k.plays("go", nil, "Completed", "done")
			equal(k, "what ran", k.noted(), []string{"a 0", "a 1", "b 0", "b 1"})
		},
	}, {
		name:  "step failure caught",
		shows: "when a step's retries are used up the function gets its error, and can continue",
		play: func(k *kit) {
			k.serve(k.with(options{ID: "fn", Retries: new(1)}, "go", func(ctx context.Context, in input) (any, error) {
				_, err := step.Run(ctx, "bad", func(context.Context) (any, error) {
					k.notef("bad %d", in.InputCtx.Attempt)
					return nil, errors.New("no luck")
				})
				return step.Run(ctx, "after", func(context.Context) (string, error) {
					k.notef("after %d", in.InputCtx.Attempt)
					return "caught " + err.Error(), nil
				})
			}))
			k.plays("go", nil, "Completed", "caught no luck")
			equal(k, "what ran", k.noted(), []string{"bad 0", "bad 1", "after 0"})
		},
	}, {
		name:  "step failure returned",
		shows: "a function that returns its step's final error fails without further retries of the function",
		play: func(k *kit) {
			k.serve(k.with(options{ID: "fn", Retries: new(1)}, "go", func(ctx context.Context, in input) (any, error) {
				_, err := step.Run(ctx, "bad", func(context.Context) (any, error) {
					k.notef("bad %d", in.InputCtx.Attempt)
					return nil, errors.New("no luck")
				})
				return nil, err
			}))
			r := k.fails("go")
			equal(k, "what ran", k.noted(), []string{"bad 0", "bad 1"})
			equal(k, "the error", r.failure(k).Message, "unhandled step error: no luck")
		},
	}, {
		name:  "non-retriable error",
		shows: "a non-retriable error of a function or of a step is not retried",
		play: func(k *kit) {
			fatal := inngestgo.NoRetryError(errors.New("never"))
			k.serve(
				k.with(options{ID: "fn", Retries: new(3)}, "go", func(context.Context, input) (any, error) { k.notef("call"); return nil, fatal }),
				k.with(options{ID: "step", Retries: new(3)}, "go.step", func(ctx context.Context, _ input) (any, error) {
					return step.Run(ctx, "s", func(context.Context) (any, error) { k.notef("step"); return nil, fatal })
				}),
			)
			k.fails("go")
			k.fails("go.step")
			equal(k, "what ran", k.noted(), []string{"call", "step"})
		},
	}, {
		name:  "retry after",
		shows: "an error with a retry time is retried then, and not before",
		play: func(k *kit) {
			var due time.Time
			k.serve(k.with(options{ID: "fn", Retries: new(1)}, "go", func(_ context.Context, in input) (any, error) {
				if in.InputCtx.Attempt == 0 {
					due = time.Now().Add(2500 * time.Millisecond).Truncate(time.Second)
					return nil, inngestgo.RetryAtError(errors.New("later"), due)
				}
				return time.Since(due) >= 0, nil
			}))
			k.plays("go", nil, "Completed", true)
		},
	}}
}
