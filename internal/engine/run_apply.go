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

// noProgress returns the failure for an answer that did not move the run.
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
		r.discovery = c // the call will be retried
		return false
	}
	return true // the open steps call again when they finish
}

// checkpointed reports whether checkpoints have already stored the steps of an
// answer. The answer then names such steps, or none.
func (r *run) checkpointed(c *call, a answer) bool {
	if len(a.ops) == 0 {
		return len(r.memos) > c.known
	}
	return slices.ContainsFunc(a.ops, func(o op) bool { return r.storedDuring(c, o.ID) })
}

// storedDuring reports whether a step finished while the call was in flight, for
// example by a checkpoint whose reply got lost.
func (r *run) storedDuring(c *call, id string) bool {
	at, ok := r.memo(id)
	return ok && at >= c.known
}
