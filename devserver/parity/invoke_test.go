package parity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/inngest/inngestgo/step"
)

func invokeScenarios() []scenario {
	return []scenario{{
		name:  "invoke",
		shows: "an invoked function gets the step's data, and its output is the step's result; its event is inngest/function.invoked",
		play: func(k *kit) {
			k.serve(k.invoker("child", map[string]any{"n": 20}, 0), k.on("child", "never", func(ctx context.Context, in input) (any, error) {
				return step.Run(ctx, "add", func(context.Context) (any, error) {
					return map[string]any{"n": in.Event.Data["n"], "name": in.Event.Name}, nil
				})
			}))
			k.plays("go", nil, "Completed", map[string]any{"n": 20, "name": "inngest/function.invoked"})
		},
	}, {
		name:  "invoke a function that fails",
		shows: "the step fails with the invoked function's error when that function's retries are used up; the step itself is not retried",
		play: func(k *kit) {
			k.serve(k.invoker("child", nil, 0), k.with(options{ID: "child", Retries: new(1)}, "never", func(context.Context, input) (any, error) {
				k.notef("child")
				return nil, errors.New("no luck")
			}))
			k.plays("go", nil, "Completed", "caught no luck")
			equal(k, "what ran", k.noted(), []string{"child", "child"})
		},
	}, {
		name:  "invoke with a timeout",
		shows: "a function that takes longer than the step's timeout fails the step",
		play: func(k *kit) {
			k.serve(k.invoker("child", nil, brief), k.on("child", "never", func(ctx context.Context, _ input) (any, error) {
				step.Sleep(ctx, "long", long)
				return nil, nil
			}))
			k.plays("go", nil, "Completed", "caught Timed out waiting for invoked function to complete")
		},
	}, {
		name:  "invoke an unknown function",
		shows: "the step fails with an error that names the unknown function",
		play: func(k *kit) {
			k.serve(k.invoker("nobody", nil, 0))
			k.plays("go", nil, "Completed", "caught could not find function with ID: "+k.app+"-nobody")
		},
	}}
}

// invoker declares a function on "go" that invokes another one and returns its
// result.
func (k *kit) invoker(id string, data map[string]any, timeout time.Duration) function {
	return k.on("fn", "go", func(ctx context.Context, _ input) (any, error) {
		out, err := step.Invoke[any](ctx, "invoke", step.InvokeOpts{FunctionId: k.app + "-" + id, Data: data, Timeout: timeout})
		if err != nil {
			return fmt.Sprint("caught ", err), nil
		}
		return out, nil
	})
}
