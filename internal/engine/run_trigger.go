package engine

import (
	"net/http"
)

// Reasons why an event starts no run.
var (
	// In the words of the official server.
	errRateLimited = &RequestError{http.StatusTooManyRequests, "invoked function is rate limited"}
	errSeen        = &RequestError{http.StatusConflict, "an event with this id has started the function before"}
	errSingleton   = &RequestError{http.StatusConflict, "the function is a singleton, and a run of it is active"}
)

// trigger has an event start a function, as far as the function's limits let
// it. It returns no run where the event waits for others, and an error when it
// is lost to the function.
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

// schedule starts a run by an event, unless its id has started one before.
func (e *Engine) schedule(fn *function, ev *event) (*run, error) {
	if !e.isNew(fn, ev) {
		return nil, errSeen
	}
	return e.startRun(fn, []*event{ev}, start{})
}
