package inngesttest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// Status is where a run is, spelled as Inngest's REST API does.
type Status = engine.Status

// The statuses of a run. One that waits for time or an event is Running; one
// that a limit keeps from its first call is Scheduled.
const (
	Scheduled = engine.StatusScheduled
	Running   = engine.StatusRunning
	Completed = engine.StatusCompleted
	Failed    = engine.StatusFailed
	Cancelled = engine.StatusCancelled
)

// Run is a run of a function. What it says is always of now.
type Run struct {
	env      *Env
	id       string
	function string // composite id
	trail    *trail // used by the call in flight alone
	stored   []*storedStep
	// The Env's lock guards what follows.
	mocked  map[string]*Mock           // that answered, by hashed id of the step
	excused bool                       // the test said that it should wait, or fail
	steps   map[string]engine.StepCall // as they were planned, by hashed id
	begun   map[string]int             // how many events had come when a step was
	note    string                     // on why its latest call failed
}

// ID is the run's id.
func (r *Run) ID() string { return r.id }

// Function is the function's own id.
func (r *Run) Function() string { return r.env.ownID(r.function) }

// Status is where the run is.
func (r *Run) Status() Status { return r.view().Status }

// Output is the output of a run that has completed, as JSON. See the function
// Output too.
func (r *Run) Output() json.RawMessage {
	if v := r.view(); v.Status == Completed {
		return v.Output
	}
	return nil
}

// Err is the error that a run has failed with, or that its latest attempt
// has; nil if there is none.
func (r *Run) Err() *RunError {
	v := r.view()
	if v.Error != nil {
		return &RunError{Name: v.Error.Name, Message: v.Error.Message}
	}
	return nil
}

// RunError is the error of a run, as the server was told.
type RunError struct{ Name, Message string }

// Error is the name and the message.
func (e *RunError) Error() string { return e.Name + ": " + e.Message }

// RequireCompleted fails the test unless the run has completed.
func (r *Run) RequireCompleted() *Run {
	r.env.t.Helper()
	if r.Status() != Completed {
		r.fatal("want completed")
	}
	return r
}

// RequireFailed fails the test unless the run has failed, with an error whose
// name and message contain each of the texts.
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

// RequireCancelled fails the test unless the run was cancelled.
func (r *Run) RequireCancelled() *Run {
	r.env.t.Helper()
	if r.Status() != Cancelled {
		r.fatal("want cancelled")
	}
	return r
}

// RequireWaiting fails the test unless the run waits: for time, an event,
// another run or its turn; and with ids, at each of these steps.
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

// Attempts is how often a step has run so far, by the app or by a mock: the
// first with that id. It is 0 for one that sleeps, waits or invokes.
func (r *Run) Attempts(step string) int {
	for _, s := range r.view().Steps {
		if s.Name == step {
			return s.Attempts
		}
	}
	return 0
}

// RequireSteps fails the test unless the run has finished these steps, and no
// others, in this order.
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

// RequireNoStep fails the test if the run has taken the step.
func (r *Run) RequireNoStep(name string) *Run {
	r.env.t.Helper()
	if slices.ContainsFunc(r.view().Steps, func(s engine.Step) bool { return s.Name == name }) {
		r.fatal(fmt.Sprintf("want no step %q", name))
	}
	return r
}

// finished are the finished steps, in the order they finished in.
func (r *Run) finished() []engine.Step {
	steps := slices.DeleteFunc(r.view().Steps, func(s engine.Step) bool { return s.Ended.IsZero() })
	slices.SortStableFunc(steps, func(a, b engine.Step) int {
		return cmp.Or(a.Ended.Compare(b.Ended), cmp.Compare(a.Place, b.Place))
	})
	return steps
}

func (r *Run) fatal(want string) {
	r.env.t.Helper()
	r.excuse() // the test ends here, and says why
	r.env.report()
	r.env.t.Fatalf("inngesttest: run of %s: %s\n%s%s", r.Function(), want, r.why(), r.shortTimeline())
}

func (r *Run) excuse() {
	r.env.mu.Lock()
	defer r.env.mu.Unlock()
	r.excused = true
}

// view is what the engine knows of the run.
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

// saw notes what a step was planned with. The caller holds the Env's lock.
func (r *Run) saw(s engine.StepCall) {
	if r.mocked == nil {
		r.mocked, r.steps, r.begun = map[string]*Mock{}, map[string]engine.StepCall{}, map[string]int{}
	}
	if _, ok := r.steps[s.ID]; !ok {
		r.begun[s.ID] = len(r.env.posted)
	}
	r.steps[s.ID] = s
}

// invoked is the function that a step invokes.
func (r *Run) invoked(s engine.Step) string {
	r.env.mu.Lock()
	defer r.env.mu.Unlock()
	return cmp.Or(s.Awaits.Function, optionsOf(r.steps[s.ID].Opts).Function)
}

// ownID is a function's id without that of the app.
func (e *Env) ownID(full string) string { return strings.TrimPrefix(full, e.wired.ID+"-") }

// means reports whether an id, its own or its full one, is that of a function.
func (e *Env) means(id, full string) bool { return id == full || id == e.ownID(full) }
