package parity

import (
	"context"
	"encoding/json"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"
)

func stepScenarios() []scenario {
	return []scenario{{
		name:  "run",
		shows: "a function gets the event as it was sent, and its result is the run's output",
		play: func(k *kit) {
			k.serve(k.on("fn", "go", func(_ context.Context, in input) (any, error) {
				return map[string]any{"data": in.Event.Data, "name": in.Event.Name, "events": len(in.Events), "attempt": in.InputCtx.Attempt}, nil
			}))
			data := map[string]any{"n": 1, "s": "é", "list": []any{1.5, nil}, "o": map[string]any{}}
			k.plays("go", data, "Completed", map[string]any{"data": data, "name": k.event("go"), "events": 1, "attempt": 0})
		},
	}, {
		name:  "call",
		shows: "a call names its function, run, request and job, but no environment",
		play: func(k *kit) {
			k.serve(k.on("fn", "go", func(_ context.Context, in input) (any, error) { return in.InputCtx, nil }))
			r := k.runs(k.send("go", nil), 1)[0]
			var got inngestgo.InputCtx
			if err := json.Unmarshal(r.Output, &got); err != nil {
				k.Fatal(err)
			}
			if got.RequestID == "" || got.JobID == "" {
				k.Errorf("the call is %+v, want a request and a job", got)
			}
			equal(k, "the call", got, inngestgo.InputCtx{FunctionID: r.FunctionID, RunID: r.ID, RequestID: got.RequestID, JobID: got.JobID})
		},
	}, {
		name:  "no output",
		shows: "a function that returns nothing completes with null",
		play: func(k *kit) {
			k.serve(k.on("fn", "go", func(context.Context, input) (any, error) { return nil, nil }))
			k.plays("go", nil, "Completed", nil)
		},
	}, {
		name:  "steps",
		shows: "steps run once each, in order, even with equal ids; the function is called once for each step and once more to end",
		play: func(k *kit) {
			k.serve(k.on("fn", "go", func(ctx context.Context, _ input) (any, error) {
				k.notef("call")
				sum := 0
				for i := range 3 {
					n, err := step.Run(ctx, "add", func(context.Context) (int, error) {
						k.notef("step %d", i)
						return i, nil
					})
					if err != nil {
						return nil, err
					}
					sum += n
				}
				return sum, nil
			}))
			k.plays("go", nil, "Completed", 3)
			equal(k, "what ran", k.noted(), []string{"call", "step 0", "call", "step 1", "call", "step 2", "call"})
		},
	}}
}
