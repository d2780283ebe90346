package engine

import (
	"encoding/json"
	"fmt"
)

// Rerun starts a run anew: the same function, in its latest configuration, for
// the same events. It returns the id of the new run. Limits on how often
// events start runs do not apply. It returns ErrNotFound when the run is
// unknown or was forgotten or its function is gone, a *RequestError when the
// function is paused, a singleton that is active, or an HTTP endpoint, and
// ErrClosed.
func (e *Engine) Rerun(runID string) (string, error) { return e.rerun(runID, "", nil) }

// RerunFrom is Rerun from one of the run's steps on, named by its hashed id:
// the results of the steps that had finished before it are kept, and it and
// all others run again. Input, if there is any, is an array, and becomes the
// step's arguments in SDKs that know such; inngestgo v0.16.0 takes it for the
// step's result.
func (e *Engine) RerunFrom(runID, stepID string, input json.RawMessage) (string, error) {
	if stepID == "" {
		return "", badRequest("the step is required")
	}
	if len(input) > 0 && (input[0] != '[' || !json.Valid(input)) {
		return "", badRequest("a step's input is a JSON array of its arguments")
	}
	return e.rerun(runID, stepID, input)
}

func (e *Engine) rerun(runID, stepID string, input json.RawMessage) (id string, err error) {
	defer e.awaitCommit(&err)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return "", ErrClosed
	}
	r := e.runs.byID[runID]
	switch {
	case r == nil:
		return "", fmt.Errorf("run %s: %w", runID, ErrNotFound)
	case stepID != "" && r.step(stepID) == nil:
		return "", fmt.Errorf("step %q of run %s: %w", stepID, runID, ErrNotFound)
	}
	fn := e.registry.functions[r.fn.id]
	if fn == nil {
		return "", fmt.Errorf("function %q: %w", r.fn.id, ErrNotFound)
	}
	again, err := e.startRun(fn, r.events, start{again: r, from: stepID, input: input})
	if err != nil {
		return "", err
	}
	e.pump()
	return again.id, nil
}

// stepInput is the arguments that a step is to run with, as an SDK finds them
// where the step's result will be.
type stepInput struct {
	step  string
	value json.RawMessage
}

// repeat makes a new run one that repeats another: it begins with the results
// of the steps that had finished before the one to begin from.
func (r *run) repeat(s start) {
	r.rerunOf = s.again.id
	if s.from == "" {
		return
	}
	kept := s.again.memos
	if at, finished := s.again.memo(s.from); finished {
		kept = kept[:at]
	}
	for _, m := range kept {
		r.addMemo(m)
		if known := s.again.step(m.id); known != nil {
			old := *known
			old.storedHash, old.stored = 0, false
			r.addStep(&old)
		}
	}
	r.parallel = s.again.parallel
	if len(s.input) > 0 {
		r.input = &stepInput{s.from, wrap("input", s.input)}
	}
}

// carried returns what a call carries as steps: what has finished, and after
// that the input of a step that has not.
func (r *run) carried() (memos []memo, finished int) {
	finished = len(r.memos)
	memos = r.memos[:finished:finished]
	if in := r.input; in != nil {
		if _, done := r.memo(in.step); !done {
			memos = append(memos, memo{in.step, in.value})
		}
	}
	return memos, finished
}
