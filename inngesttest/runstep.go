package inngesttest

import (
	"encoding/json"
	"fmt"
	"slices"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// RunStep starts the function with an event and stops the run after a step. The
// step runs, or its mock answers. The steps before it run too, unless they are
// mocked or [Function.Stored], and the clock moves as far as they need. RunStep
// fails the test if the function does not reach the step.
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
		run.fatal(fmt.Sprintf("want the run to reach the step %q", step))
	}
	run.checkStored()
	e.report()
	return &ReachedStep{run: run, step: *stop.at}
}

// stopAt is the step at which RunStep stops.
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

// ReachedStep is a step at which [Env.RunStep] or [Function.RunStep] has stopped.
type ReachedStep struct {
	run  *Run
	step engine.StepCall
}

// failureOf returns the error in the memoized output of a step, or nil.
func failureOf(memo json.RawMessage) *wire.StepError {
	var failed struct {
		Error *wire.StepError `json:"error"`
	}
	if json.Unmarshal(memo, &failed) != nil {
		return nil // the output only looks like an error
	}
	return failed.Error
}

// OpCode returns the op code of the step (SDK specification 5.3), such as StepRun,
// Sleep or WaitForEvent.
func (s *ReachedStep) OpCode() string {
	if s.step.Op == wire.OpStepPlanned {
		return wire.OpStepRun
	}
	return s.step.Op
}

// Options returns the options of the step as JSON: the duration of a sleep, the
// event and timeout of a wait, the function and payload of an invocation, or the
// request of step.Fetch and step.Infer with all headers and keys. It returns nil
// for a step that runs code.
func (s *ReachedStep) Options() json.RawMessage { return s.step.Opts }

// Err returns the error of a step whose last attempt has failed, or nil.
func (s *ReachedStep) Err() error {
	if failed := failureOf(s.step.Result); failed != nil {
		return &RunError{Name: failed.Name, Message: failed.Message}
	}
	return nil
}

// Output returns the output of a step that runs code, as JSON. It returns nil if
// the step has failed, and for other steps. The function [Output] decodes it.
func (s *ReachedStep) Output() json.RawMessage {
	if s.step.Result == nil || s.Err() != nil {
		return nil
	}
	return unwrapped(s.step.Result)
}

// Timeline returns the timeline of the run up to the step: see [Run.Timeline].
func (s *ReachedStep) Timeline() string { return s.run.Timeline() }

// RunStep is [Function.RunStep] for the only function that the event triggers. It
// fails the test if the event triggers no function or several.
func (e *Env) RunStep(step string, ev inngestkit.Event) *ReachedStep {
	e.t.Helper()
	needEvents(e.t, ev)
	var found []string
	for _, fn := range e.app.Registered() {
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
