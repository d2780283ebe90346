package engine

import (
	"time"
)

// call is a call request: made once and retried with a higher attempt.
type call struct {
	run      *run
	target   *pending // nil for a discovery call
	attempt  int
	inflight bool
	id       string        // of the latest try; the job id and the queue item ref
	known    int           // memos that the latest try carried
	since    time.Time     // when the latest try began, or the app last checkpointed in it
	next     time.Time     // when it is tried again after a failure
	mock     func() answer // in place of the app, for a step that is not run
	seq      uint64        // its place in line among calls of the same rank
	slots    []*gate       // that it holds while it is in flight
}

// due lets the call wait for a worker and for what its run is limited by.
func (c *call) due(e *Engine) {
	if c.live() {
		e.backlog.line(c)
	}
}

// live reports whether the call's answer still matters.
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

// launch sends the call in a goroutine of its own, or in that of the call that
// has just ended and made it due. The caller holds the lock.
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

// asking takes all that a call carries, and returns how to make it without the
// lock.
func (e *Engine) asking(c *call) func() answer {
	if c.run.fn.app.endpoints {
		to := e.endpointCall(c)
		return func() answer { return e.callEndpoint(to) }
	}
	req := e.snapshot(c)
	return func() answer { return e.send(req) }
}

// flight is a call that is launched.
type flight struct {
	*call
	committed func() error // waits until what has led to it is kept
	ask       func() answer
}

// fly makes a call, and then those that each makes due first: a run goes on in
// the goroutine that it is in.
func (e *Engine) fly(f flight) {
	for next := &f; next != nil; {
		if next.committed() != nil {
			return // nothing goes on that could be lost
		}
		next = e.land(*next, next.ask())
	}
}

// land acts on a call's answer, and returns the call to go on with.
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
