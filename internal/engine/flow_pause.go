package engine

import (
	"fmt"
	"net/http"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// pause is a function that is paused, and the calls that wait for the end of
// that. It goes by the function's id, so it outlives syncs.
type pause struct {
	since time.Time
	held  fifo
	limit *item
}

// Pause stops a function, named by its composite id or UUID: until Resume,
// events, schedules and invocations start no runs of it, for good. Its runs
// make no further calls; Resume lets them go on, and after seven days they are
// cancelled. A call in flight ends. CancelRuns ends them at once. To pause
// what is paused changes nothing. It returns ErrNotFound for an unknown
// function, and ErrClosed.
func (e *Engine) Pause(functionID string) error {
	return e.onFunction(functionID, func(fn *function) {
		if e.paused[fn.id] != nil {
			return
		}
		now := e.clock.Now()
		e.journal.touch(kindPause, fn.id)
		e.paused[fn.id] = &pause{since: now, limit: e.queue.push(now.Add(wire.MaxPause), pauseExpiry{fn.id})}
		e.changed(ChangedApp, fn.app.name)
	})
}

// Resume lets a paused function go on. What came in meanwhile is not made up
// for. It returns ErrNotFound for an unknown function, and ErrClosed.
func (e *Engine) Resume(functionID string) error {
	return e.onFunction(functionID, func(fn *function) {
		p := e.paused[fn.id]
		if p == nil {
			return
		}
		delete(e.paused, fn.id)
		e.journal.touch(kindPause, fn.id)
		e.queue.remove(p.limit)
		for c := p.held.pop(); c != nil; c = p.held.pop() {
			c.due(e)
		}
		e.changed(ChangedApp, fn.app.name)
	})
}

func (e *Engine) onFunction(id string, f func(*function)) (err error) {
	defer e.awaitCommit(&err)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return ErrClosed
	}
	fn := e.registry.lookup(id)
	if fn == nil {
		return fmt.Errorf("function %q: %w", id, ErrNotFound)
	}
	f(fn)
	e.pump()
	return nil
}

func errPaused(fn *function) error {
	return &RequestError{http.StatusConflict, fmt.Sprintf("function %q is paused; resume it first", fn.id)}
}

// hold keeps a call of a paused function back, or to an app that is yet to
// come, and reports whether it did.
func (e *Engine) hold(c *call) bool {
	if p := e.paused[c.run.fn.id]; p != nil {
		p.held.push(c)
		return true
	}
	a := e.absent[c.run.fn.app.name]
	if a != nil {
		a.held.push(c)
	}
	return a != nil
}

// pauseExpiry cancels the runs that a pause has held for too long.
type pauseExpiry struct{ fn string }

func (p pauseExpiry) due(e *Engine) {
	for _, r := range e.runs.active(p.fn) {
		e.abort(r)
	}
}
