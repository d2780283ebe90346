package inngesttest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// Status is the status of a run, spelled as in Inngest's REST API.
type Status = engine.Status

// The statuses of a run.
const (
	// Scheduled is a run that a limit of its function keeps from its first call.
	Scheduled = engine.StatusScheduled
	// Running is a run that has begun and not ended: it may wait for time or an
	// event.
	Running = engine.StatusRunning
	// Completed is a run whose function has returned an output.
	Completed = engine.StatusCompleted
	// Failed is a run whose last attempt has failed.
	Failed = engine.StatusFailed
	// Cancelled is a run that an event, a timeout or another run has ended.
	Cancelled = engine.StatusCancelled
)

// Run is a run of a function. Its methods report the run's present state. Call them
// from the goroutine of the test.
type Run struct {
	env      *Env
	id       string
	function string // composite id
	trail    *trail // only the call in flight uses it
	stored   []*storedStep
	// The Env's lock guards the fields below.
	mocked  map[string]*Mock           // the mock that answered, by the step's hashed id
	excused bool                       // the test expects it to wait or fail
	steps   map[string]engine.StepCall // as planned, by hashed id
	begun   map[string]int             // how many events had arrived when a step was planned
	note    string                     // on the failure of its latest call
}

// ID returns the run's id.
func (r *Run) ID() string { return r.id }

// Function returns the function's own id, without that of the app.
func (r *Run) Function() string { return r.env.ownID(r.function) }

// Status returns the run's status.
func (r *Run) Status() Status { return r.view().Status }

// Output returns the output of a run that has completed, as JSON, and nil before.
// The function [Output] decodes it.
func (r *Run) Output() json.RawMessage {
	if v := r.view(); v.Status == Completed {
		return v.Output
	}
	return nil
}

// Err returns the error that the run has failed with. While the run goes on, it is
// the error of the latest attempt that has failed. Err returns nil if there is none.
func (r *Run) Err() *RunError {
	v := r.view()
	if v.Error != nil {
		return &RunError{Name: v.Error.Name, Message: v.Error.Message}
	}
	return nil
}

// RunError is the error of a run or a step, as the app reported it to Inngest.
type RunError struct {
	// Name is the error's name, such as Error or ValidationError.
	Name string
	// Message is the error's text.
	Message string
}

// Error returns the name and the message.
func (e *RunError) Error() string { return e.Name + ": " + e.Message }

// RequireCompleted fails the test unless the run has completed. It returns the run.
func (r *Run) RequireCompleted() *Run {
	r.env.t.Helper()
	if r.Status() != Completed {
		r.fatal("want completed")
	}
	return r
}

// RequireFailed fails the test unless the run has failed, and its error, as "name:
// message", contains each of the texts. It returns the run.
func (r *Run) RequireFailed(texts ...string) *Run {
	r.env.t.Helper()
	r.excuse()
	if r.Status() != Failed {
		r.fatal("want failed")
	}
	for _, text := range texts {
		if !strings.Contains(r.Err().Error(), text) {
			r.fatal(fmt.Sprintf("want an error with %q", text))
		}
	}
	return r
}

// RequireCancelled fails the test unless the run was cancelled. It returns the run.
func (r *Run) RequireCancelled() *Run {
	r.env.t.Helper()
	if r.Status() != Cancelled {
		r.fatal("want cancelled")
	}
	return r
}

// RequireWaiting fails the test unless the run waits: for time, an event, another
// run or a limit of its function. With ids, it must wait at each of these steps.
// RequireWaiting returns the run.
func (r *Run) RequireWaiting(steps ...string) *Run {
	r.env.t.Helper()
	r.env.WaitUntilIdle()
	r.excuse()
	v := r.view()
	if v.Status.Final() {
		r.fatal("want waiting")
	}
	for _, name := range steps {
		if !slices.ContainsFunc(v.Steps, func(s engine.Step) bool { return s.Name == name && s.Ended.IsZero() }) {
			r.fatal(fmt.Sprintf("want waiting at %q", name))
		}
	}
	return r
}

// Attempts returns how often the first step with an id has run so far. A mock's
// answer counts as an attempt. Attempts returns 0 for a step that sleeps, waits or
// invokes, and for a step that the run has not taken.
func (r *Run) Attempts(step string) int {
	for _, s := range r.view().Steps {
		if s.Name == step {
			return s.Attempts
		}
	}
	return 0
}

// RequireSteps fails the test unless the run has finished exactly these steps, in
// this order. It returns the run.
func (r *Run) RequireSteps(want ...string) *Run {
	r.env.t.Helper()
	var got []string
	for _, s := range r.finished() {
		got = append(got, s.Name)
	}
	if !slices.Equal(got, want) {
		r.fatal(fmt.Sprintf("want the steps %q, got %q", want, got))
	}
	return r
}

// RequireNoStep fails the test if the run has taken a step with the id, finished or
// not. It returns the run.
func (r *Run) RequireNoStep(name string) *Run {
	r.env.t.Helper()
	if slices.ContainsFunc(r.view().Steps, func(s engine.Step) bool { return s.Name == name }) {
		r.fatal(fmt.Sprintf("want no step %q", name))
	}
	return r
}

// finished returns the finished steps, in the order in which they finished.
func (r *Run) finished() []engine.Step {
	steps := slices.DeleteFunc(r.view().Steps, func(s engine.Step) bool { return s.Ended.IsZero() })
	slices.SortStableFunc(steps, func(a, b engine.Step) int {
		return cmp.Or(a.Ended.Compare(b.Ended), cmp.Compare(a.Place, b.Place))
	})
	return steps
}

func (r *Run) fatal(want string) {
	r.env.t.Helper()
	r.excuse() // the test ends with a reason
	r.env.report()
	r.env.t.Fatalf("inngesttest: run of %s: %s\n%s%s", r.Function(), want, r.why(), r.shortTimeline())
}

func (r *Run) excuse() {
	r.env.mu.Lock()
	defer r.env.mu.Unlock()
	r.excused = true
}

// view returns the run as the engine has it.
func (r *Run) view() engine.Run {
	if r.env.real != nil {
		return r.env.real.run(r)
	}
	v, err := r.env.engine.Run(r.id)
	if err != nil {
		r.env.t.Fatalf("inngesttest: run %s: %v", r.id, err)
	}
	return v
}

// saw notes how a step was planned. The caller holds the Env's lock.
func (r *Run) saw(s engine.StepCall) {
	if r.mocked == nil {
		r.mocked, r.steps, r.begun = map[string]*Mock{}, map[string]engine.StepCall{}, map[string]int{}
	}
	if _, ok := r.steps[s.ID]; !ok {
		r.begun[s.ID] = len(r.env.posted)
	}
	r.steps[s.ID] = s
}

// invoked returns the full id of the function that a step invokes.
func (r *Run) invoked(s engine.Step) string {
	r.env.mu.Lock()
	defer r.env.mu.Unlock()
	return cmp.Or(s.Awaits.Function, optionsOf(r.steps[s.ID].Opts).Function)
}

// ownID returns a function's id without that of the app.
func (e *Env) ownID(full string) string { return strings.TrimPrefix(full, e.wired.ID+"-") }

// means reports whether id is the own or the full id of the function with the full
// id full.
func (e *Env) means(id, full string) bool { return id == full || id == e.ownID(full) }
