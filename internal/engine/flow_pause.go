package engine

import (
	"fmt"
	"net/http"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// pause is the pause of a function, with the calls that it holds. It belongs to
// the function's id, so it outlives syncs.
type pause struct {
	since time.Time
	held  fifo
	limit *item
}

// Pause pauses a function, by its composite id or UUID. Until Resume, events,
// schedules and invocations start no runs of it, and are lost to it. Its runs
// make no new calls, though calls in flight end. Resume continues the runs;
// after wire.MaxPause they are cancelled. CancelRuns cancels them at once.
// Pausing a paused function has no effect. Errors are ErrNotFound for an unknown
// function, ErrStore or ErrClosed.
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

// Resume ends the pause of a function, by its composite id or UUID. It does not
// start runs for earlier events. Errors are ErrNotFound for an unknown function,
// ErrStore or ErrClosed.
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

// hold keeps back a call of a paused function or to an absent app, and reports
// whether it did.
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

// pauseExpiry cancels the runs that a pause has held for wire.MaxPause.
type pauseExpiry struct{ fn string }

func (p pauseExpiry) due(e *Engine) {
	for _, r := range e.runs.active(p.fn) {
		e.abort(r)
	}
}
