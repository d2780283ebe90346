package parity

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

func failureScenarios() []scenario {
	return []scenario{{
		name:  "failure handler",
		shows: "a run that fails finally starts its failure handler once, with the event, the error and the run's id",
		play: func(k *kit) {
			failures := make(chan inngestkit.Failure[map[string]any], 2)
			k.serve(k.with(options{ID: "fn", Retries: new(1)}, "go", func(context.Context, input) (any, error) { return nil, errors.New("no luck") },
				inngestkit.WithOnFailure(func(_ context.Context, f inngestkit.Failure[map[string]any]) error {
					failures <- f
					k.notef("handled")
					return nil
				})))
			r := k.fails("go")
			k.await(1)
			f := <-failures
			equal(k, "the failure", []string{f.RunID, f.FunctionID, f.Error.Message, f.Event.Name}, []string{r.ID, k.app + "-fn", "no luck", k.event("go")})
		},
	}, {
		name:  "end of a completed run",
		shows: "inngest/function.finished reports a completed run, with these fields",
		play: func(k *kit) {
			k.serve(k.on("fn", "go", func(context.Context, input) (any, error) { return map[string]any{"x": 1}, nil }), k.reporting("inngest/function.finished"))
			id := k.send("go", map[string]any{"n": 1})
			r := k.runs(id, 1)[0]
			end := k.end()
			equal(k, "the fields", end.fields, []string{"_inngest", "event", "events", "function_id", "result", "run_id"})
			equal(k, "its run", end.RunID, r.ID)
			equal(k, "its function", end.FunctionID, k.app+"-fn")
			equal(k, "its status", end.Inngest["status"], any("Completed"))
			equal(k, "its result", end.Result, normal(k, map[string]any{"x": 1}))
			equal(k, "its event", end.Event.Name, k.event("go"))
			equal(k, "its events", len(end.Events), 1)
		},
	}, {
		name:    "end of a failed run",
		shows:   "inngest/function.failed and inngest/function.finished report a failed run, with these fields",
		differs: "error.error is the name and message with ours, and the status of the app's answer with the official server",
		play: func(k *kit) {
			k.serve(
				k.on("fn", "go", func(context.Context, input) (any, error) { return nil, errors.New("no luck") }),
				k.reporting("inngest/function.failed"), k.reporting("inngest/function.finished"),
			)
			r := k.fails("go")
			for range 2 {
				end := k.end()
				equal(k, "the fields", end.fields, []string{"_inngest", "error", "event", "events", "function_id", "result", "run_id"})
				equal(k, "its run", end.RunID, r.ID)
				equal(k, "its status", end.Inngest["status"], any("Failed"))
				equal(k, "its error", []string{end.Error["error"], end.Error["message"], end.Error["name"]}, []string{pick(k, "Error: no luck", "invalid status code: 500"), "no luck", "Error"})
			}
		},
	}}
}

// ended is the data of the events that report a run's end.
type ended struct {
	fields     []string
	Inngest    map[string]any `json:"_inngest"`
	Error      map[string]string
	Event      inngestgo.Event
	Events     []inngestgo.Event
	FunctionID string `json:"function_id"`
	RunID      string `json:"run_id"`
	Result     any
}

// reporting declares a function that an end of function "fn" starts, and that
// passes its data to end.
func (k *kit) reporting(name string) function {
	opts := options{ID: name[len("inngest/function."):], Retries: new(0)}
	only := `event.data.function_id == "` + k.app + `-fn"`
	return inngestkit.NewFunction(opts, inngestgo.EventTrigger(name, &only), func(_ context.Context, in input) (any, error) {
		raw, err := json.Marshal(in.Event.Data)
		k.ended <- string(raw)
		return nil, err
	})
}

// end waits for the next end.
func (k *kit) end() ended {
	k.Helper()
	ctx, cancel := context.WithTimeout(k.Context(), *patience)
	defer cancel()
	var raw string
	select {
	case raw = <-k.ended:
	case <-ctx.Done():
		k.Fatal("no event tells of a run's end")
	}
	var fields map[string]any
	var e ended
	if err := errors.Join(json.Unmarshal([]byte(raw), &fields), json.Unmarshal([]byte(raw), &e)); err != nil {
		k.Fatal(err)
	}
	e.fields = slices.Sorted(maps.Keys(fields))
	return e
}
