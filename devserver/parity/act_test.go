package parity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/inngest/inngestgo/pkg/checkpoint"
	"github.com/inngest/inngestgo/step"
)

func actScenarios() []scenario {
	return []scenario{{
		name:  "checkpoints",
		shows: "with checkpoints a function runs all its steps, and the sleep after them, in two calls",
		play: func(k *kit) {
			k.serve(k.with(options{ID: "fn", Retries: new(0), Checkpoint: checkpoint.ConfigSafe}, "go", func(ctx context.Context, _ input) (any, error) {
				k.notef("call")
				for _, name := range []string{"a", "b", "c"} {
					if _, err := step.Run(ctx, name, func(context.Context) (any, error) { k.notef("%s", name); return name, nil }); err != nil {
						return nil, err
					}
				}
				step.Sleep(ctx, "nap", brief/10)
				return step.Run(ctx, "d", func(context.Context) (any, error) { k.notef("d"); return "d", nil })
			}))
			k.plays("go", nil, "Completed", "d")
			equal(k, "what ran", k.noted(), []string{"call", "a", "b", "c", "call", "d"})
		},
	}, {
		name:  "call again",
		shows: "an app that asks to be called again, as SDKs do when the time for a call is over, is called again",
		play: func(k *kit) {
			k.raw(0, map[string]func(int) answer{"again": func(call int) answer {
				switch call {
				case 0:
					return answer{status: 206, body: `[{"id":"a","op":"StepRun","data":1},{"id":"","op":"DiscoveryRequest"}]`}
				case 1:
					return answer{status: 206, body: `[{"id":"b","op":"StepRun","data":1},{"id":"","op":"None"}]`}
				}
				return answer{status: 200, body: `"done"`}
			}})
			k.plays("again", nil, "Completed", "done")
		},
	}, {
		name:  "signal",
		shows: "POST /v1/signals ends the step that waits for the signal, with its data; a wait without a signal times out",
		play: func(k *kit) {
			wait := func(timeout time.Duration) handler {
				return func(ctx context.Context, in input) (any, error) {
					s, err := step.WaitForSignal[any](ctx, "wait", step.WaitForSignalOpts{Signal: k.app + in.Event.Data["s"].(string), Timeout: timeout})
					if errors.Is(err, step.ErrSignalNotReceived) {
						return "timeout", nil
					}
					return s.Data, err
				}
			}
			k.serve(k.on("fn", "go", wait(long)), k.on("late", "late", wait(brief)))
			id := k.send("go", map[string]any{"s": "yes"})
			k.plays("late", map[string]any{"s": "no"}, "Completed", "timeout")
			body, _ := json.Marshal(map[string]any{"signal": k.app + "yes", "data": map[string]any{"x": 1}})
			var status int
			var answer string
			k.retry(func() bool { // until the wait is stored
				status, answer = k.call(http.MethodPost, "/v1/signals", string(body))
				return status != http.StatusNotFound
			})
			equal(k, "signalling: "+answer, status, http.StatusOK)
			equal(k, "the output", k.runs(id, 1)[0].value(), normal(k, map[string]any{"x": 1}))
			status, answer = k.call(http.MethodPost, "/v1/signals", string(body))
			equal(k, "signalling nobody: "+answer, status, http.StatusNotFound)
		},
	}, {
		name:  "rerun",
		shows: "POST /api/v2/runs/{id}/rerun starts a new run with the same event",
		play: func(k *kit) {
			k.serve(k.on("fn", "go", k.notesN))
			r := k.plays("go", map[string]any{"n": 1}, "Completed", nil)
			status, answer := k.call(http.MethodPost, "/api/v2/runs/"+r.ID+"/rerun", "{}")
			equal(k, "rerunning: "+answer, status, http.StatusOK)
			equal(k, "what ran", k.await(2), []string{"1", "1"})
		},
	}, {
		name:  "invoke by the API",
		shows: "POST /invoke/{function} starts a run with the data given",
		play: func(k *kit) {
			k.serve(k.on("fn", "never", k.notesN))
			status, answer := k.call(http.MethodPost, "/invoke/"+k.app+"-fn", `{"data":{"n":7}}`)
			equal(k, "invoking: "+answer, status, http.StatusOK)
			equal(k, "what ran", k.await(1), []string{"7"})
		},
	}, {
		name:  "invoke by the API once",
		shows: "POST /api/v2/apps/{app}/functions/{function}/invoke starts one run for an idempotency key, and afterwards answers 409 with its id; a request without data is refused first",
		play: func(k *kit) {
			returns := func(_ context.Context, in input) (any, error) { return in.Event.Data["n"], nil }
			k.serve(k.on("fn", "never", returns), k.on("other", "never", returns))
			invoke := func(function, body string) (status int, run string) {
				status, answer := k.call(http.MethodPost, "/api/v2/apps/"+k.app+"/functions/"+function+"/invoke", body)
				var page struct{ Data struct{ RunID string } }
				_ = json.Unmarshal([]byte(answer), &page)
				return status, page.Data.RunID
			}
			_, first := invoke("fn", `{"data":{"n":1},"idempotencyKey":"a"}`)
			started := map[string]float64{first: 1}
			for _, again := range []string{`{"data":{"n":2},"idempotencyKey":"a"}`, `{"data":{"n":3},"idempotency_key":"a"}`} {
				status, run := invoke("fn", again)
				equal(k, "the status of "+again, status, http.StatusConflict)
				equal(k, "the run of "+again, run, first)
			}
			for function, n := range map[string]float64{"fn": 4, "other": 5} {
				key := map[string]string{"fn": "b", "other": "a"}[function]
				status, run := invoke(function, fmt.Sprintf(`{"data":{"n":%v},"idempotencyKey":%q}`, n, key))
				equal(k, "the status of another key, or function", status, http.StatusOK)
				started[run] = n
			}
			equal(k, "the number of runs", len(started), 3)
			for id, n := range started {
				ended := poll(k, "/v1/runs/"+id, func(r run) bool { return r.Ended != nil })
				equal(k, "a run's output", ended.value(), any(n))
			}
			for _, body := range []string{`{}`, `{"data":null}`} {
				status, _ := invoke("nope", body)
				equal(k, "the status of "+body, status, http.StatusBadRequest)
			}
			status, _ := invoke("nope", `{"data":{}}`)
			equal(k, "the status of an unknown function", status, http.StatusNotFound)
		},
	}}
}
