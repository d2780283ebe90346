package inngesttest

import (
	"encoding/json"
	"fmt"
	"slices"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// RunStep runs the function with an event up to a step, and stops there: the
// step is run, or answered by its mock, and what comes after is not. The steps
// before it run too, unless they are mocked or Stored, and time passes as they
// need it. It fails the test if the function does not come to the step.
func (f Function) RunStep(step string, ev inngestkit.Event) *ReachedStep {
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
	return &ReachedStep{run: run, step: *stop.at}
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

// ReachedStep is the step at which RunStep has stopped.
type ReachedStep struct {
	run  *Run
	step engine.StepCall
}

// failureOf is the error in the memo of a step, or nil.
func failureOf(memo json.RawMessage) *wire.StepError {
	var failed struct {
		Error *wire.StepError `json:"error"`
	}
	if json.Unmarshal(memo, &failed) != nil {
		return nil // an output like one
	}
	return failed.Error
}

// OpCode is the step's op code (SDK specification 5.3).
func (s *ReachedStep) OpCode() string {
	if s.step.Op == wire.OpStepPlanned {
		return wire.OpStepRun
	}
	return s.step.Op
}

// Options are what the step was planned with, as JSON: the duration of a
// sleep, the event and timeout of a wait, the function and payload of an
// invocation, the request of step.Fetch and step.Infer with all its headers and
// keys. A step that runs code has none.
func (s *ReachedStep) Options() json.RawMessage { return s.step.Opts }

// Err is the error that a step has failed with for good; nil if it has not.
func (s *ReachedStep) Err() error {
	if failed := failureOf(s.step.Result); failed != nil {
		return &RunError{Name: failed.Name, Message: failed.Message}
	}
	return nil
}

// Output is the output of a step that runs code, as JSON; nil of others. See
// the function [Output] too.
func (s *ReachedStep) Output() json.RawMessage {
	if s.step.Result == nil || s.Err() != nil {
		return nil
	}
	return unwrapped(s.step.Result)
}

// Timeline is that of the run up to the step.
func (s *ReachedStep) Timeline() string { return s.run.Timeline() }

// RunStep is Function.RunStep for the one function that the event starts.
func (e *Env) RunStep(step string, ev inngestkit.Event) *ReachedStep {
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
