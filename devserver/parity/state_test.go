package parity

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/inngest/inngestgo/step"
)

func stateScenarios() []scenario {
	return []scenario{{
		name:  "large state",
		shows: "a run whose state, 6 MB, is too large to send with a call runs each step once: the app fetches the state",
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
	}, {
		name:    "limits of a run",
		shows:   "a run fails after its 1,000th step if it continues, with more than 32 MiB of step results, and with an answer of more than 8 MiB; an answer of 8 MiB is accepted",
		differs: "with ours the error is the run's output, as apps' errors are; with the official server it is a field of the output",
		play: func(k *kit) {
			sized := func(size int) func(int) answer {
				return func(int) answer { return answer{status: 200, body: `"` + strings.Repeat("x", size-2) + `"`} }
			}
			k.raw(0, map[string]func(int) answer{
				"steps": func(int) answer {
					var ops []string
					for i := range 1000 {
						ops = append(ops, fmt.Sprintf(`{"id":"s%d","op":"StepRun","data":1}`, i))
					}
					return answer{status: 206, body: "[" + strings.Join(ops, ",") + "]"}
				},
				"state": func(call int) answer {
					return answer{status: 206, body: fmt.Sprintf(`[{"id":"s%d","op":"StepRun","data":%q}]`, call, strings.Repeat("x", 4<<20-100))}
				},
				"fits": sized(8 << 20), "answer": sized(8<<20 + 1),
			})
			for event, want := range map[string]failure{
				"steps":  {"InngestErrFunctionOverflowed", "The function run exceeded the step limit of 1000 steps."},
				"state":  {"InngestErrStateOverflowed", "The function run exceeded the state size limit of 33554432 bytes."},
				"answer": {"output_too_large", "Your function's response body exceeds the maximum size limit"},
			} {
				r := k.fails(event)
				wrapped := struct{ Error failure }{}
				_ = json.Unmarshal(r.Output, &wrapped)
				equal(k, "the error of "+event, pick(k, r.failure(k), wrapped.Error), want)
			}
			r := k.runs(k.send("fits", nil), 1)[0]
			equal(k, "the run's status", r.Status, "Completed")
		},
	}}
}
