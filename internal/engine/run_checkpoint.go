package engine

import (
	"encoding/json"
	"net/http"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Checkpoint stores steps that an app has finished during a call in flight
// (SDK specification 10.3.1). It also resets the call's attempts, because one call
// may finish many steps. It is safe to repeat. Errors are *RequestError, ErrStore
// or ErrClosed.
func (e *Engine) Checkpoint(runID string, req wire.CheckpointRequest) (err error) {
	for i := range req.Steps {
		if err := checkpointable(&req.Steps[i]); err != nil {
			return err
		}
	}
	defer e.awaitCommit(&err)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return ErrClosed
	}
	r := e.runs.byID[runID]
	switch {
	case r == nil:
		return &RequestError{http.StatusNotFound, "run " + runID + " is not known"}
	case req.RunID != "" && req.RunID != runID:
		return badRequest("the path names run %s and the body run %s", runID, req.RunID)
	case req.FunctionID != "" && req.FunctionID != r.fn.uuid:
		return badRequest("run %s is not of function %s", runID, req.FunctionID)
	case r.status.Final():
		return &RequestError{http.StatusConflict, "run " + runID + " has ended"}
	}
	now := e.clock.Now()
	for i := range req.Steps {
		o := &op{Op: req.Steps[i]}
		if _, known := r.memo(o.ID); known {
			continue
		}
		r.noteStep(o, r.since(req.QueueItemRef, now)).attempts++
		if !e.memoise(r, o.ID, data(o.Data)) {
			break
		}
	}
	if c := r.discovery; c != nil && c.id == req.QueueItemRef {
		c.attempt, c.since = 0, now
	}
	e.pump()
	return nil
}

// checkpointable returns an error for a step that only an answer may report, or
// that is not valid.
func checkpointable(o *wire.Op) error {
	switch {
	case o.ID == "":
		return badRequest("a step has no id")
	case o.Op != wire.OpStepRun && o.Op != wire.OpStep:
		return badRequest("a step of type %q cannot be checkpointed", o.Op)
	case len(o.Data) > wire.MaxStepBytes:
		return tooLarge("the output of step %q is larger than %d MiB", o.ID, maxStepMiB)
	case len(o.Data) > 0 && !json.Valid(o.Data):
		return badRequest("the output of step %q is not valid JSON", o.ID)
	}
	return nil
}
