package inngesttest

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// Function starts one function of the app, whatever its triggers are. Its
// methods return copies.
type Function struct {
	env     *Env
	full    string
	attempt int
	stored  []storedStep
	fn      inngestkit.Function
}

// Function is the function with an id, its own or its full one.
func (e *Env) Function(id string) Function {
	e.t.Helper()
	e.needsVirtualTime("Function")
	fn, ok := functionOf(e.app, id)
	if !ok {
		e.t.Fatalf("inngesttest: %s", noFunction(e.app, id))
	}
	return Function{env: e, fn: fn, full: e.wired.ID + "-" + fn.ID()}
}

// Attempt gives the first call of the run an attempt number, counted from
// zero. Defaults to 0.
func (f Function) Attempt(n int) Function {
	f.env.t.Helper()
	if n < 0 {
		f.env.t.Fatalf("inngesttest: Attempt(%d): attempts are counted from zero", n)
	}
	f.attempt = n
	return f
}

// Trigger starts the function, and no other, with an event. It is not
// validated before, but by the webhook, as the function would meet it.
func (f Function) Trigger(ev inngestkit.Event) *Run {
	f.env.t.Helper()
	return f.run(f.env.encode(ev))
}

// Batch starts the function with several events at once.
func (f Function) Batch(events ...inngestkit.Event) *Run {
	f.env.t.Helper()
	all := make([]wire.Event, len(events))
	for i, ev := range events {
		all[i] = f.env.encode(ev)
	}
	return f.run(all...)
}

// Tick starts the function as its schedule would.
func (f Function) Tick() *Run {
	f.env.t.Helper()
	for _, t := range f.fn.Triggers() {
		if t.CronTrigger != nil {
			now := f.env.Now()
			return f.run(wire.Event{Name: wire.EventCronTick, Data: wire.CronTick(t.Cron, now, now)})
		}
	}
	f.env.t.Fatalf("inngesttest: %s has no schedule; start it with Trigger or Invoke", f.fn.ID())
	return nil
}

// Invoke starts the function as step.Invoke in another would, with data.
func (f Function) Invoke(data any) *Run {
	f.env.t.Helper()
	return f.run(f.env.encode(inngestgo.GenericEvent[any]{Name: wire.EventFunctionInvoked, Data: data}))
}

func (f Function) run(events ...wire.Event) *Run {
	f.env.t.Helper()
	run := f.start(events)
	f.env.Rest()
	return run
}

func (f Function) start(events []wire.Event) *Run {
	f.env.t.Helper()
	f.env.needsOpen()
	f.env.refuseReentry()
	id, err := f.env.engine.Start(engine.StartRequest{Function: f.full, Events: events, Steps: f.storing(), Attempt: f.attempt})
	if err != nil {
		f.env.t.Fatalf("inngesttest: %s cannot be started: %v", f.fn.ID(), err)
	}
	f.env.mu.Lock()
	defer f.env.mu.Unlock()
	return f.env.runs[id]
}

// RunAttempt is Trigger up to the first attempt that fails: the run then rests
// before its retry, as if Config.ManualRetries were set. That holds for the Env
// until this run has ended.
func (f Function) RunAttempt(ev inngestkit.Event) *Run {
	f.env.t.Helper()
	run := f.start([]wire.Event{f.env.encode(ev)})
	f.env.attempts = append(f.env.attempts, run)
	f.env.Rest()
	return run
}

// byAttempt holds while a run of RunAttempt goes on.
func (e *Env) byAttempt() bool {
	return slices.ContainsFunc(e.attempts, func(r *Run) bool { return !r.Status().Final() })
}

// RunStep runs the function with an event up to a step, and stops there: the
// step is run, or answered by its mock, and what comes after is not. The steps
// before it run too, unless they are mocked or Stored, and time passes as they
// need it. It fails the test if the function does not come to the step.
func (f Function) RunStep(step string, ev inngestkit.Event) *StepResult {
	f.env.t.Helper()
	e := f.env
	stop := &stopAt{function: f.full, step: step}
	e.mu.Lock()
	e.stop = stop
	e.mu.Unlock()
	defer func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.stop = nil
	}()
	run := f.start([]wire.Event{e.encode(ev)})
	e.AdvanceToEnd(run)
	if stop.at == nil {
		run.fatal(fmt.Sprintf("want it to come to the step %q", step))
	}
	run.checkStored()
	e.report()
	return &StepResult{run: run, step: *stop.at}
}

// stopAt is where RunStep stops.
type stopAt struct {
	function, step string
	at             *engine.StepCall
}

func (e *Env) onStop(s engine.StepCall) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stop == nil || e.stop.at != nil || s.FunctionID != e.stop.function || s.Name != e.stop.step {
		return false
	}
	e.stop.at = &s
	e.runs[s.RunID].saw(s)
	return true
}

// StepResult is the step at which RunStep has stopped.
type StepResult struct {
	run  *Run
	step engine.StepCall
}

// failureOf is the error in the memo of a step, or nil.
func failureOf(memo json.RawMessage) *wire.StepError {
	var failed struct {
		Error *wire.StepError `json:"error"`
	}
	if json.Unmarshal(memo, &failed) != nil {
		return nil // a result like one
	}
	return failed.Error
}

// Op is the step's op code (SDK specification 5.3).
func (s *StepResult) Op() string {
	if s.step.Op == wire.OpStepPlanned {
		return wire.OpStepRun
	}
	return s.step.Op
}

// Options are what the step was planned with, as JSON: the duration of a
// sleep, the event and timeout of a wait, the function and payload of an
// invocation, the request of step.Fetch and step.Infer with all its headers and
// keys. A step that runs code has none.
func (s *StepResult) Options() json.RawMessage { return s.step.Opts }

// Err is the error that a step has failed with for good; nil if it has not.
func (s *StepResult) Err() error {
	if failed := failureOf(s.step.Result); failed != nil {
		return &RunError{Name: failed.Name, Message: failed.Message}
	}
	return nil
}

// Result is the result of a step that runs code, as JSON; nil of others. See
// ResultOf.
func (s *StepResult) Result() json.RawMessage {
	if s.step.Result == nil || s.Err() != nil {
		return nil
	}
	return unwrapped(s.step.Result)
}

// Timeline is that of the run up to the step.
func (s *StepResult) Timeline() string { return s.run.Timeline() }

// ResultOf is the result of a step, which must have succeeded, in its own
// type.
func ResultOf[T any](s *StepResult) T {
	t := s.run.env.t
	t.Helper()
	var v T
	if err := s.Err(); err != nil {
		t.Fatalf("inngesttest: step %q failed: %v", s.step.Name, err)
	}
	if s.Result() == nil {
		t.Fatalf("inngesttest: step %q runs no code, and RunStep stops before it: as a %s it has Options, and no result", s.step.Name, s.Op())
	}
	if err := json.Unmarshal(s.Result(), &v); err != nil {
		t.Fatalf("inngesttest: the result of step %q does not fit the type %T: %v", s.step.Name, v, err)
	}
	return v
}

// RunStep is Function.RunStep for the one function that the event starts.
func (e *Env) RunStep(step string, ev inngestkit.Event) *StepResult {
	e.t.Helper()
	needEvents(e.t, ev)
	var found []string
	for _, fn := range e.app.Functions() {
		for _, t := range fn.Triggers() {
			if t.EventTrigger != nil && t.Event == ev.Event().Name && !slices.Contains(found, fn.ID()) {
				found = append(found, fn.ID())
			}
		}
	}
	if len(found) != 1 {
		e.t.Fatalf("inngesttest: %s starts %d functions: write env.Function(…).RunStep(%q, …)\n%s", ev.Event().Name, len(found), step, e.triggers())
	}
	return e.Function(found[0]).RunStep(step, ev)
}
