package engine

import (
	"encoding/json"
	"fmt"
)

// Rerun starts another run of the same function, in its latest configuration, for
// the same events, and returns its id. Limits on how often events start runs do
// not apply. Errors are ErrNotFound for an unknown run or function, *RequestError
// if the function is paused, is a singleton with an active run or is an HTTP
// endpoint, ErrStore or ErrClosed.
func (e *Engine) Rerun(runID string) (string, error) { return e.rerun(runID, "", nil) }

// RerunFrom is Rerun from one of the run's steps on, by its hashed id. The new run
// has the results of the steps that finished before that step, and takes all other
// steps again. Input, if not empty, is a JSON array of arguments for the step, in
// SDKs whose steps have arguments; inngestgo v0.16.0 uses it as the step's result.
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

// stepInput holds a step's arguments. A call carries them in the place of the
// step's result.
type stepInput struct {
	step  string
	value json.RawMessage
}

// repeat makes a new run the rerun of another. It copies the results of the steps
// that finished before the step to rerun from.
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

// carried returns the memos that a call carries: the finished steps, and then the
// input of an unfinished step.
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
