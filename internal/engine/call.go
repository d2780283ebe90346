package engine

import (
	"time"
)

// call is a call request. A retry is the same call with a higher attempt.
type call struct {
	run      *run
	target   *pending // nil for a discovery call
	attempt  int
	inflight bool
	id       string        // of the latest try; the job id and the queue item ref
	known    int           // memos that the latest try carried
	since    time.Time     // start of the latest try, or of the app's last checkpoint in it
	next     time.Time     // when the retry is due
	mock     func() answer // answers in place of the app, for a step that the app does not run
	seq      uint64        // order among calls of the same rank
	slots    []*gate       // held while the call is in flight
}

// due makes the call wait for a worker and for its run's limits.
func (c *call) due(e *Engine) {
	if c.live() {
		e.backlog.line(c)
	}
}

// live reports whether the run still needs the call.
func (c *call) live() bool {
	r := c.run
	if r.status.Final() {
		return false
	}
	if c.target != nil {
		return r.pending[c.target.id] == c.target
	}
	return r.discovery == c
}

// launch sends the call, in the goroutine of the call that has just ended and
// made this one due, or in a new goroutine. The caller holds the lock.
func (e *Engine) launch(c *call) {
	now := e.clock.Now()
	e.markBegun(c.run, now)
	e.changed(ChangedRun, c.run.id)
	c.id, c.inflight, c.known, c.since = e.newID(now), true, len(c.run.memos), now
	ask := e.mocked(c)
	if ask == nil {
		ask = e.requested(c)
	}
	if ask == nil {
		c.run.calls++
		ask = e.asking(c)
	}
	e.inflight++
	f := flight{call: c, committed: e.whenCommitted(), ask: ask}
	if e.ending && e.onward == nil {
		e.onward = &f
		return
	}
	e.calls.Go(func() { e.fly(f) })
}

// asking copies everything that the call carries, and returns a function that
// makes the call without the lock.
func (e *Engine) asking(c *call) func() answer {
	if c.run.fn.app.endpoints {
		to := e.endpointCall(c)
		return func() answer { return e.callEndpoint(to) }
	}
	req := e.snapshot(c)
	return func() answer { return e.send(req) }
}

// flight is a launched call.
type flight struct {
	*call
	committed func() error // waits until the changes that led to the call are committed
	ask       func() answer
}

// fly makes a call, then the first call that its answer made due, and so on: a
// run stays in its goroutine.
func (e *Engine) fly(f flight) {
	for next := &f; next != nil; {
		if next.committed() != nil {
			return // the call's cause could be lost, so the app must not see the call
		}
		next = e.land(*next, next.ask())
	}
}

// land acts on a call's answer and returns the next call for this goroutine, or
// nil.
func (e *Engine) land(f flight, a answer) *flight {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.inflight--
	f.inflight = false
	e.journal.touch(kindRun, f.run.id)
	e.release(&f.slots)
	if !e.closed && f.live() {
		if f.target == nil {
			f.run.latest = Try{f.attempt, f.since, e.clock.Now()}
		}
		e.apply(f.call, a)
	}
	e.ending = true
	e.pump()
	next := e.onward
	e.ending, e.onward = false, nil
	return next
}
