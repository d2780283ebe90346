package engine

import (
	"fmt"
	"time"
)

// Cancel cancels a run. Calls in flight end without effect. Cancelling an ended
// run has no effect. Errors are ErrNotFound, ErrStore or ErrClosed.
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

// Cancellation selects runs to cancel together, as POST /v1/cancellations does.
type Cancellation struct {
	// Function is the function's composite id or UUID. Required.
	Function string
	// Before and After bound the start of the runs: it is before Before and not
	// before After. Before is required and must be in the past. After defaults to
	// no bound.
	Before, After time.Time
	// If is an expression over the event that started a run. Defaults to empty:
	// all runs match.
	If string
}

// CancelRuns cancels the selected runs that have not ended, and returns their
// number. It does not affect later runs. Errors are *RequestError, ErrNotFound for
// an unknown function, ErrStore or ErrClosed.
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

// abort ends a run with StatusCancelled.
func (e *Engine) abort(r *run) { e.finish(r, StatusCancelled, nil) }
