package parity

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"
)

func cancelScenarios() []scenario {
	return []scenario{{
		name:  "cancel on an event",
		shows: "an event that matches (event compared with async) cancels runs that sleep; inngest/function.cancelled reports the run's end",
		play: func(k *kit) {
			same := "event.data.user == async.data.user"
			k.serve(k.sleeper(options{ID: "fn", Cancel: []inngestgo.ConfigCancel{{Event: k.event("stop"), If: &same}}}, "go", 4*brief), k.reporting("inngest/function.cancelled"))
			a, b := k.send("go", map[string]any{"user": "a"}), k.send("go", map[string]any{"user": "b"})
			stop := k.repeat("stop", func(int) map[string]any { return map[string]any{"user": "a"} })
			k.status(a, "Cancelled")
			stop()
			k.status(b, "Completed")
			end := k.end()
			equal(k, "its function", end.FunctionID, k.app+"-fn")
			equal(k, "its status", end.Inngest["status"], any("Cancelled"))
			equal(k, "the fields", end.fields, []string{"_inngest", "event", "events", "function_id", "run_id"})
		},
	}, {
		name:  "cancel on an event in time",
		shows: "a cancelling event that arrives after its timeout cancels nothing",
		play: func(k *kit) {
			k.serve(
				k.sleeper(options{ID: "fn", Cancel: []inngestgo.ConfigCancel{{Event: k.event("stop"), Timeout: new("1s")}}}, "go", 3*brief),
				k.sleeper(options{ID: "meanwhile"}, "meanwhile", 3*brief/2),
			)
			id := k.send("go", nil)
			k.await(1)
			k.status(k.send("meanwhile", nil), "Completed") // the server's own clock says when the timeout has passed
			k.send("stop", nil)
			k.status(id, "Completed")
		},
	}, {
		name:  "timeouts",
		shows: "a run that does not start or finish in time is cancelled",
		play: func(k *kit) {
			g := make(gate)
			start := limited(inngestgo.ConfigStepConcurrency{Limit: 1})
			start.ID, start.Timeouts = "start", &inngestgo.ConfigTimeouts{Start: new(4 * brief)}
			k.serve(k.held(g, start, "go"), k.sleeper(options{ID: "finish", Timeouts: &inngestgo.ConfigTimeouts{Finish: new(brief)}}, "finish", 3*brief))
			ids := k.sends("go", nil)
			k.await(1)
			ids = append(ids, k.send("go", map[string]any{"n": 2}))
			late := k.send("finish", nil)
			k.status(late, "Cancelled")
			k.status(ids[1], "Cancelled")
			g.release(k)
			k.status(ids[0], "Completed")
		},
	}, {
		name:  "cancel by the API",
		shows: "DELETE /v1/runs/{id} cancels a run; cancelling it again changes nothing",
		play: func(k *kit) {
			k.serve(k.sleeper(options{ID: "fn"}, "go", long))
			id := k.send("go", nil)
			k.await(1)
			r := poll(k, "/v1/events/"+id+"/runs", func(r []run) bool { return len(r) == 1 })[0]
			for range 2 { // it may be repeated
				status, body := k.call(http.MethodDelete, "/v1/runs/"+r.ID, "")
				equal(k, "cancelling "+body, status, http.StatusOK)
				k.status(id, "Cancelled")
			}
		},
	}, {
		name:    "bulk cancellation",
		shows:   "POST /v1/cancellations cancels a function's runs that match",
		differs: "the official dev server answers 500 and cancels none",
		play: func(k *kit) {
			k.serve(k.sleeper(options{ID: "fn"}, "go", 3*brief))
			a, b := k.send("go", map[string]any{"user": "a"}), k.send("go", map[string]any{"user": "b"})
			k.await(2)
			body, err := json.Marshal(map[string]any{
				"app_id": k.app, "function_id": k.app + "-fn", "if": "event.data.user == 'a'",
				"started_before": time.Now().UTC().Format(time.RFC3339Nano),
			})
			if err != nil {
				k.Fatal(err)
			}
			status, answer := k.call(http.MethodPost, "/v1/cancellations", string(body))
			equal(k, answer, status, pick(k, http.StatusOK, http.StatusInternalServerError))
			k.status(a, pick(k, "Cancelled", "Completed"))
			k.status(b, "Completed")
		},
	}}
}

// sleeper declares a function that notes that it runs, and sleeps.
func (k *kit) sleeper(opts options, event string, d time.Duration) function {
	opts.Retries = new(0)
	return k.with(opts, event, func(ctx context.Context, in input) (any, error) {
		if _, err := step.Run(ctx, "first", func(context.Context) (any, error) { k.notef("asleep"); return nil, nil }); err != nil {
			return nil, err
		}
		step.Sleep(ctx, "nap", d)
		return nil, nil
	})
}
