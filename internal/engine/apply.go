package engine

import (
	"slices"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// apply acts on the answer to a live call. The caller holds the lock and
// pumps.
func (e *Engine) apply(c *call, a answer) {
	r := c.run
	switch {
	case a.err != nil:
		e.retry(c, a)
		return
	case a.memo != nil:
		e.resolve(c.target, a.memo)
		return
	case a.ops == nil:
		e.complete(r, a.output)
		return
	}
	for i := range a.ops {
		o := &a.ops[i]
		if o.bad != "" {
			e.fail(r, wire.CallError{Name: "InvalidStep", Message: o.bad})
			return
		}
		if o.Op.Op == wire.OpRunComplete {
			e.complete(r, asJSON(o.Data))
			return
		}
	}
	if len(a.ops) > 1 {
		r.parallel = true
	}
	if !e.applySteps(c, a) {
		e.retry(c, noProgress(c))
	}
}

// noProgress is what to make of an answer that did not move the run.
func noProgress(c *call) answer {
	if c.target != nil && c.run.fn.app.endpoints {
		return failure("NoProgress", "the endpoint was called to run one of its parallel steps and planned it again: inngestgo v0.16.0 cannot run steps of an endpoint in parallel; take them one after the other")
	}
	return failure("NoProgress", "the app answered with steps but reported none that is new: does the function take the same steps every time?")
}

// applySteps reports whether the answer moved the run.
func (e *Engine) applySteps(c *call, a answer) bool {
	r := c.run
	moved := false
	if c.target == nil {
		r.discovery = nil
	}
	fresh, again := e.triage(c, a)
	fresh = e.arrange(fresh)
	for _, o := range again {
		e.retryStep(c, o, a)
		moved = true
	}
	for _, f := range fresh {
		if r.status.Final() {
			return true
		}
		e.begin(f.pending, f.op)
		moved = true
	}
	if !moved && r.checkpointed(c, a) {
		moved = true
		e.discover(r)
	}
	if !r.status.Final() && r.discovery == nil && r.rediscover {
		moved = true
		e.discover(r)
	}
	if t := c.target; t != nil {
		return len(again) > 0 || r.pending[t.id] != t || t.op != wire.OpStepPlanned
	}
	if !moved && len(r.pending) == 0 {
		r.discovery = c // for its retry
		return false
	}
	return true // what is still open calls again when it ends
}

// checkpointed reports whether what an answer could have told was stored
// before it came: it names only such steps, or none at all.
func (r *run) checkpointed(c *call, a answer) bool {
	if len(a.ops) == 0 {
		return len(r.memos) > c.known
	}
	return slices.ContainsFunc(a.ops, func(o op) bool { return r.storedDuring(c, o.ID) })
}

// storedDuring reports whether a step was finished while the call was in
// flight: by a checkpoint whose reply got lost, for instance.
func (r *run) storedDuring(c *call, id string) bool {
	at, ok := r.memo(id)
	return ok && at >= c.known
}

// freshOp is a reported step that was not known before.
type freshOp struct {
	*op
	pending *pending
}

// triage registers what is new in an answer before any of it is acted on, so
// that a group is complete before one of it can finish. Steps whose attempt
// failed and may be repeated come back in again.
func (e *Engine) triage(c *call, a answer) (fresh []freshOp, again []*op) {
	r, now := c.run, e.clock.Now()
	r.lastGroup++
	g := &group{id: r.lastGroup}
	for i := range a.ops {
		o := &a.ops[i]
		if _, known := r.memo(o.ID); known {
			continue
		}
		s := r.noteStep(o, c.beganAt(o, now))
		e.changed(ChangedRun, r.id)
		if o.Op.Op == wire.OpStepError || o.Op.Op == wire.OpStepFailed {
			s.err = o.Error
			s.attempts++
			s.failures = append(s.failures, Failure{Started: s.tried, Ended: now, Error: s.err})
		}
		if o.Op.Op == wire.OpStepError && !a.noRetry && c.attempt+1 < e.attempts(r) {
			again = append(again, o)
			continue
		}
		p := r.pending[o.ID]
		switch {
		case p == nil:
			p = &pending{run: r, id: o.ID, race: o.race, group: g}
			p.describe(o)
			g.left++
			r.pending[o.ID] = p
		case c.target != p || o.Op.Op == wire.OpStepPlanned:
			continue // it was reported before and is under way
		}
		p.op = o.Op.Op
		fresh = append(fresh, freshOp{o, p})
	}
	return fresh, again
}

// begin acts on a step: finishes it, or sets up what will.
func (e *Engine) begin(p *pending, o *op) {
	if begins(p.op) && p.op != wire.OpStepPlanned && e.stopped(p, nil) || e.beginMocked(p) {
		return
	}
	s := p.step()
	switch o.Op.Op {
	case wire.OpStep, wire.OpStepRun:
		s.attempts++
		e.resolve(p, data(o.Data))
	case wire.OpStepError, wire.OpStepFailed:
		e.resolve(p, memoError(o.Error))
	case wire.OpStepPlanned:
		p.call = &call{run: p.run, target: p}
		e.queue.push(e.clock.Now(), p.call)
	case wire.OpSleep:
		e.beginSleep(p, o.sleep)
	case wire.OpWaitForEvent:
		e.beginWait(p, o.wait)
	case wire.OpInvokeFunction:
		e.beginInvoke(p, o.invoke)
	case wire.OpWaitForSignal:
		e.beginSignal(p, o.signal)
	case wire.OpGateway, wire.OpAIGateway:
		e.beginRequest(p, o.request)
	}
}
