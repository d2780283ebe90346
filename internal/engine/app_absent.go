package engine

import (
	"time"
)

// patience is how long calls to an app wait for its sync after a restart. The
// app may be restarting too, and a call would waste an attempt.
const patience = 10 * time.Second

// absence is an app that has not synced since the engine was restored. It holds
// the calls that wait for the app.
type absence struct {
	held fifo
	ends *item
}

// awaitApps holds calls to the restored apps.
func (e *Engine) awaitApps() {
	for name := range e.registry.apps {
		e.absent[name] = &absence{ends: e.queue.push(e.clock.Now().Add(patience), absenceEnd{name})}
	}
}

// arrived releases the calls to an app.
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

// absenceEnd ends the wait for an app.
type absenceEnd struct{ app string }

func (a absenceEnd) due(e *Engine) { e.arrived(a.app) }
