package engine

import (
	"github.com/inngestkit/inngestkit/internal/wire"
)

// freshOp is a new step in an answer.
type freshOp struct {
	*op
	pending *pending
}

// triage adds the new steps of an answer to the run before the engine acts on any
// of them, so that their group is complete before one of them finishes. It returns
// the new steps, and the failed steps that may be retried.
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
			continue // an earlier answer reported it
		}
		p.op = o.Op.Op
		fresh = append(fresh, freshOp{o, p})
	}
	return fresh, again
}

// begin finishes a step, or starts the work or the wait that will finish it.
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
