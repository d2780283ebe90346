package engine

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Run is a copy of what is known of a run.
type Run struct {
	ID         string
	FunctionID string // composite
	// FunctionUUID is what the REST API calls the function.
	FunctionUUID string
	FunctionName string
	App          string
	// Endpoint is a run that an HTTP endpoint has begun; it cannot be rerun.
	Endpoint bool
	// RerunOf is the id of the run that this one repeats, if it does.
	RerunOf string
	// Events are those that started the run, one unless it was a batch.
	Events []Event
	Status Status
	// Output is the function's result, or its error as an object, once the
	// run has ended.
	Output json.RawMessage
	// Error is why the run failed; while it is running, why its latest call
	// did.
	Error   *wire.CallError
	Started time.Time
	Begun   time.Time // when its first call was made; zero before
	Ended   time.Time // zero while running
	// Waiting is set while the run waits for time to pass or something to come.
	Waiting *Waiting
	// Calls counts the requests made to the app.
	Calls int
	// Failures are the failed calls as a whole, in their order; those of
	// single steps are in Steps.
	Failures []Failure
	// Latest is the latest call without a step as its target that was answered.
	Latest Try
	// Steps are in the order in which they were first reported.
	Steps []Step
}

// Step is a copy of what is known of a step of a run.
type Step struct {
	ID   string // hashed
	Name string // as its author named it
	Op   string // its latest op code
	// Attempts counts the times it ran; zero for steps that do not run.
	Attempts int
	Started  time.Time       // of its first attempt, or when it was first reported
	Tried    time.Time       // when its latest attempt began
	Ended    time.Time       // zero while it is open
	Place    int             // among the finished steps, counted from one; zero while it is open
	Result   json.RawMessage // as memoised; nil while it is open
	Error    *wire.StepError // of its latest failed attempt
	Failures []Failure       // its failed attempts, in their order
	Awaits   Awaits
}

// Run returns a run by its id.
func (e *Engine) Run(id string) (Run, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.runs.byID[id]
	if r == nil {
		return Run{}, ErrNotFound
	}
	return r.view(e.clock.Now()), nil
}

// WaitRun waits for a run to end and returns it.
func (e *Engine) WaitRun(ctx context.Context, id string) (Run, error) {
	e.mu.Lock()
	r := e.runs.byID[id]
	e.mu.Unlock()
	if r == nil {
		return Run{}, ErrNotFound
	}
	select {
	case <-r.done:
	case <-e.done:
		return Run{}, ErrClosed
	case <-ctx.Done():
		return Run{}, context.Cause(ctx)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return r.view(e.clock.Now()), nil
}

// summary is the view of a list.
func (r *run) summary(now time.Time) Run {
	v := Run{
		ID: r.id, FunctionID: r.fn.id, FunctionUUID: r.fn.uuid, FunctionName: r.fn.name, Waiting: r.waiting(now), App: r.fn.app.name, Endpoint: r.fn.app.endpoints, RerunOf: r.rerunOf,
		Status: r.status, Output: r.output, Error: r.err, Started: r.started, Begun: r.begun, Ended: r.ended, Calls: r.calls,
		Failures: slices.Clone(r.failures), Latest: r.latest, Events: make([]Event, len(r.events)),
	}
	for i, ev := range r.events {
		v.Events[i] = Event{Event: ev.Event, InternalID: ev.internalID, ReceivedAt: ev.receivedAt}
	}
	return v
}

func (r *run) view(now time.Time) Run {
	v := r.summary(now)
	for i, ev := range r.events {
		v.Events[i] = ev.view()
	}
	for _, s := range r.steps {
		place := 0
		if at, finished := r.memo(s.id); finished {
			place = at + 1
		}
		v.Steps = append(v.Steps, Step{
			ID: s.id, Place: place, Name: s.name, Op: s.op, Attempts: s.attempts,
			Started: s.started, Tried: s.tried, Ended: s.ended, Result: s.result, Error: s.err,
			Failures: slices.Clone(s.failures), Awaits: s.awaits(),
		})
	}
	return v
}
