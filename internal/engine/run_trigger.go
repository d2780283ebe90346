package engine

import (
	"net/http"
)

// Reasons why an event starts no run.
var (
	// errRateLimited has the official server's message.
	errRateLimited = &RequestError{http.StatusTooManyRequests, "invoked function is rate limited"}
	errSeen        = &RequestError{http.StatusConflict, "an event with this id has started the function before"}
	errSingleton   = &RequestError{http.StatusConflict, "the function is a singleton, and a run of it is active"}
)

// trigger starts a function by an event, subject to the function's flow control.
// It returns a nil run if the event waits for others, and an error if the event
// starts no run.
func (e *Engine) trigger(fn *function, ev *event) (*run, error) {
	switch {
	case e.paused[fn.id] != nil:
		return nil, errPaused(fn)
	case !e.withinRates(fn, ev):
		return nil, errRateLimited
	case fn.flow.batch != nil && fn.flow.batch.when.Matches(ev, nil):
		return e.batchEvent(fn, ev)
	case fn.flow.debounce != nil:
		e.debounce(fn, ev)
		return nil, nil
	}
	return e.schedule(fn, ev)
}

// schedule starts a run by an event, unless the event's id has started one before.
func (e *Engine) schedule(fn *function, ev *event) (*run, error) {
	if !e.isNew(fn, ev) {
		return nil, errSeen
	}
	return e.startRun(fn, []*event{ev}, start{})
}
