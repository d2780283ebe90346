package parity

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"
)

// job is an entry of a run's jobs as the REST API shows it.
type job struct {
	JobID    string
	At       time.Time
	Position int
	Kind     string
	Attempt  int
}

func jobScenarios() []scenario {
	return []scenario{{
		name:  "jobs",
		shows: "GET /v1/runs/{id}/jobs lists a run's pending jobs: its next call with the attempt, the end of a sleep, the timeout of a wait; the list is empty after the run's end",
		play: func(k *kit) {
			later := time.Now().Add(time.Hour).Truncate(time.Second)
			release := make(chan struct{})
			k.serve(
				k.on("busy", "busy", func(context.Context, input) (any, error) { <-release; return nil, nil }),
				k.on("goes-on", "edge", func(ctx context.Context, _ input) (any, error) {
					if _, err := step.Run(ctx, "first", func(context.Context) (any, error) { return nil, nil }); err != nil {
						return nil, err
					}
					<-release
					return nil, nil
				}),
				k.with(options{ID: "fails", Retries: new(1)}, "retry", func(context.Context, input) (any, error) {
					return nil, inngestgo.RetryAtError(errors.New("not yet"), later)
				}),
				k.on("naps", "sleep", func(ctx context.Context, _ input) (any, error) { step.Sleep(ctx, "nap", time.Hour); return nil, nil }),
				k.waiter("waits", "wait", "", time.Hour),
				k.on("invokes", "invoke", func(ctx context.Context, _ input) (any, error) {
					return step.Invoke[any](ctx, "invoke", step.InvokeOpts{FunctionId: k.app + "-naps", Timeout: time.Hour})
				}),
			)
			runs := map[string]string{}
			for event, want := range map[string]job{
				"busy": {Kind: "start"}, "edge": {Kind: "edge"}, "retry": {Kind: "start", Attempt: 1},
				"sleep": {Kind: "sleep"}, "wait": {Kind: "pause"}, "invoke": {Kind: "pause"},
			} {
				run := k.going(k.send(event, nil))
				runs[event] = run
				jobs := poll(k, "/v1/runs/"+run+"/jobs", func(jobs []job) bool {
					return len(jobs) == 1 && jobs[0].Kind == want.Kind && jobs[0].Attempt == want.Attempt
				})
				if in := time.Until(jobs[0].At); (in > time.Minute) != (want.Kind != "edge" && event != "busy") {
					k.Errorf("the job of %s is due in %v", event, in)
				}
				if jobs[0].JobID == "" || event == "retry" && !jobs[0].At.Equal(later) {
					k.Errorf("the job of %s is %+v", event, jobs[0])
				}
			}
			for event, run := range runs {
				status, answer := k.call(http.MethodDelete, "/v1/runs/"+run, "")
				equal(k, "cancelling "+event+": "+answer, status, http.StatusOK)
				poll(k, "/v1/runs/"+run+"/jobs", func(jobs []job) bool { return jobs != nil && len(jobs) == 0 })
			}
			close(release)
		},
	}, {
		name:  "jobs in line",
		shows: "jobs that wait for a limit have a position in the queue",
		play: func(k *kit) {
			release := make(chan struct{})
			k.serve(k.with(options{ID: "fn", Concurrency: &inngestgo.ConfigConcurrency{Step: []inngestgo.ConfigStepConcurrency{{Limit: 1}}}}, "go",
				func(context.Context, input) (any, error) { k.notef("runs"); <-release; return nil, nil }))
			var positions []int
			events := k.sendAll(inngestgo.Event{Name: k.event("go")}, inngestgo.Event{Name: k.event("go")}, inngestgo.Event{Name: k.event("go")})
			k.await(1)
			for _, event := range events {
				jobs := poll(k, "/v1/runs/"+k.going(event)+"/jobs", func(jobs []job) bool { return len(jobs) == 1 })
				positions = append(positions, jobs[0].Position)
			}
			slices.Sort(positions)
			equal(k, "the positions", positions, []int{0, 0, 1})
			close(release)
			for _, event := range events {
				k.runs(event, 1)
			}
		},
	}}
}

// going waits until an event has started a run, and returns its id.
func (k *kit) going(event string) string {
	k.Helper()
	return poll(k, "/v1/events/"+event+"/runs", func(runs []run) bool { return len(runs) > 0 })[0].ID
}
