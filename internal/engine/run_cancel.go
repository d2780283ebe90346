package engine

import (
	"fmt"
	"time"
)

// Cancel ends a run; calls in flight are left to end for nothing. A run that
// has ended stays as it is. It returns ErrNotFound for a run that is unknown,
// or was forgotten, and ErrClosed.
func (e *Engine) Cancel(runID string) (err error) {
	defer e.awaitCommit(&err)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return ErrClosed
	}
	r := e.runs.byID[runID]
	if r == nil {
		return ErrNotFound
	}
	e.abort(r)
	e.pump()
	return nil
}

// Cancellation names runs to cancel together, as POST /v1/cancellations does.
type Cancellation struct {
	// Function is the function's composite id or UUID. Required.
	Function string
	// Before and After bound when the runs started: before the one, and not
	// before the other. Before is required and must be in the past; After
	// defaults to no bound.
	Before, After time.Time
	// If is an expression over the event that started a run. Defaults to all.
	If string
}

// CancelRuns cancels the runs that c names and have not ended, and returns how
// many those were. Runs that start later are not affected. Errors are
// *RequestError, ErrNotFound for an unknown function, or ErrClosed.
func (e *Engine) CancelRuns(c Cancellation) (cancelled int, err error) {
	when, err := e.compiler.Compile(c.If)
	if err != nil {
		return 0, badRequest("if: %v", err)
	}
	defer e.awaitCommit(&err)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return 0, ErrClosed
	}
	switch {
	case c.Before.IsZero():
		return 0, badRequest("started_before is required")
	case c.Before.After(e.clock.Now()):
		return 0, badRequest("started_before must be in the past")
	}
	fn := e.registry.lookup(c.Function)
	if fn == nil {
		return 0, fmt.Errorf("function %q: %w", c.Function, ErrNotFound)
	}
	for _, r := range e.runs.active(fn.id) {
		if r.started.Before(c.Before) && !r.started.Before(c.After) && when.Matches(r.events[0], nil) {
			e.abort(r)
			cancelled++
		}
	}
	e.pump()
	return cancelled, nil
}

// abort ends a run as cancelled.
func (e *Engine) abort(r *run) { e.finish(r, StatusCancelled, nil) }
