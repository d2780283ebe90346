package engine

import (
	"time"
)

// patience is how long calls to an app wait, after a restart, for it to sync:
// it may have been restarted too, and attempts would be wasted on it.
const patience = 10 * time.Second

// absence is an app that has not synced since the engine was restored, and the
// calls that wait for it.
type absence struct {
	held fifo
	ends *item
}

// awaitApps holds calls to the apps that were restored.
func (e *Engine) awaitApps() {
	for name := range e.registry.apps {
		e.absent[name] = &absence{ends: e.queue.push(e.clock.Now().Add(patience), absenceEnd{name})}
	}
}

// arrived lets the calls to an app go.
func (e *Engine) arrived(name string) {
	a := e.absent[name]
	if a == nil {
		return
	}
	delete(e.absent, name)
	e.queue.remove(a.ends)
	for c := a.held.pop(); c != nil; c = a.held.pop() {
		c.due(e)
	}
}

// absenceEnd stops waiting for an app.
type absenceEnd struct{ app string }

func (a absenceEnd) due(e *Engine) { e.arrived(a.app) }
