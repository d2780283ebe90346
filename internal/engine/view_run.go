package engine

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Run describes a run.
type Run struct {
	ID         string
	FunctionID string // composite
	// FunctionUUID is the function's id in the REST API.
	FunctionUUID string
	FunctionName string
	App          string
	// Endpoint reports whether an HTTP endpoint began the run. Such a run cannot
	// be rerun.
	Endpoint bool
	// RerunOf is the id of the run that this one repeats, or empty.
	RerunOf string
	// Events are the events that started the run: one, or a batch.
	Events []Event
	Status Status
	// Output is the function's result, or its error as an object. It is nil
	// until the run has ended.
	Output json.RawMessage
	// Error is the error of a failed run. While the run is running, it is the
	// error of its latest call.
	Error   *wire.CallError
	Started time.Time
	Begun   time.Time // time of its first call; zero before that
	Ended   time.Time // zero while running
	// Waiting is set while the run waits for a time, an event, a signal or
	// another run.
	Waiting *Waiting
	// Calls is the number of requests to the app.
	Calls int
	// Failures are the failed calls, in their order. Failures of a step are in
	// Steps.
	Failures []Failure
	// Latest is the latest answered try of a call that targets no step.
	Latest Try
	// Steps are in the order of their first reports.
	Steps []Step
}

// Step describes a step of a run.
type Step struct {
	ID   string // hashed
	Name string // the name that its author wrote
	Op   string // its latest op code
	// Attempts is the number of times that it ran; zero for a step that does not
	// run, such as a sleep.
	Attempts int
	Started  time.Time       // start of its first attempt, or time of its first report
	Tried    time.Time       // start of its latest attempt
	Ended    time.Time       // zero while it is open
	Place    int             // among the finished steps, counted from one; zero while it is open
	Result   json.RawMessage // the memo; nil while it is open
	Error    *wire.StepError // error of its latest failed attempt
	Failures []Failure       // its failed attempts, in their order
	Awaits   Awaits
}

// Run returns a run by its id, or ErrNotFound.
func (e *Engine) Run(id string) (Run, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.runs.byID[id]
	if r == nil {
		return Run{}, ErrNotFound
	}
	return r.view(e.clock.Now()), nil
}

// WaitRun waits for a run to end and returns it. Errors are ErrNotFound, ErrClosed
// or the cause of ctx.
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

// summary returns a run for a list: without its steps.
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
