package engine

import "time"

// trigger has an event start a function, as far as the function's limits let
// it. What a paused function is sent is lost to it.
func (e *Engine) trigger(fn *function, ev *event) {
	switch {
	case e.paused[fn.id] != nil || !e.first(fn, ev) || !e.withinRates(fn, ev):
	case fn.flow.batch != nil && fn.flow.batch.when.matches(ev, nil):
		e.batchEvent(fn, ev)
	case fn.flow.debounce != nil:
		e.debounce(fn, ev)
	default:
		e.schedule(fn, ev)
	}
}

// schedule starts a run, unless it is one too many of a singleton.
func (e *Engine) schedule(fn *function, events ...*event) {
	if _, err := e.startRun(fn, events, start{}); err != nil {
		e.log.Debug("run skipped", "function", fn.id, "event", events[0].internalID, "reason", err.Error())
	}
}

// begun notes that a run makes a call: with the first, it has begun.
func (e *Engine) begun(r *run, now time.Time) {
	if !r.begun.IsZero() {
		return
	}
	r.begun, r.status = now, StatusRunning
	e.limit(r, r.fn.flow.timeouts.finish)
}
