package engine

import (
	"encoding/json"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// memoise stores the result of a step. It returns false if the result exceeds a
// limit, which fails the run.
func (e *Engine) memoise(r *run, id string, value json.RawMessage) bool {
	if _, known := r.memo(id); known {
		return true
	}
	r.addMemo(memo{id, value})
	e.changed(ChangedRun, r.id)
	if s := r.step(id); s != nil {
		s.ended, s.result = e.clock.Now(), value
	}
	switch {
	case len(r.memos) > wire.MaxSteps:
		e.fail(r, tooManySteps())
	case r.bytes > wire.MaxStateBytes:
		e.fail(r, tooMuchState())
	default:
		return true
	}
	return false
}

// resolve finishes a pending step. The run continues when the step's group is
// done, or at once in race mode (SDK specification 5.5).
func (e *Engine) resolve(p *pending, value json.RawMessage) {
	r := p.run
	if r.status.Final() || r.pending[p.id] != p {
		return
	}
	e.drop(p)
	if !e.memoise(r, p.id, value) {
		return
	}
	if e.stopped(p, value) {
		return
	}
	if p.group.left--; p.group.left == 0 || p.race {
		e.discover(r)
	}
}

// drop removes a pending step with its timer and its wait.
func (e *Engine) drop(p *pending) {
	delete(p.run.pending, p.id)
	e.queue.remove(p.timer)
	e.waits.remove(p.wait)
	e.dropSignal(p)
}
