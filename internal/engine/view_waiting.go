package engine

import (
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Waiting is what a run that has not ended waits for, while no call of it is
// due or under way.
type Waiting struct {
	// Op is the op code of the step that waits, or empty when a call that
	// failed waits to be tried again, until Awaits.Until.
	Op     string
	Awaits Awaits
}

// waiting returns what keeps a run from going on, or nil. Of several steps that
// wait it is the latest.
func (r *run) waiting(now time.Time) *Waiting {
	if r.status != StatusRunning {
		return nil
	}
	if c := r.discovery; c != nil {
		return c.waiting(now)
	}
	var found *Waiting
	for _, s := range r.steps {
		p := r.pending[s.id]
		switch {
		case p == nil:
		case p.op == wire.OpSleep, p.op == wire.OpWaitForEvent, p.op == wire.OpWaitForSignal, p.op == wire.OpInvokeFunction:
			found = &Waiting{Op: p.op, Awaits: s.awaits()}
		case len(s.failures) > 0 && s.failures[len(s.failures)-1].RetryAt.After(now):
			found = &Waiting{Awaits: Awaits{Until: s.failures[len(s.failures)-1].RetryAt}}
		default:
			return nil
		}
	}
	return found
}

func (c *call) waiting(now time.Time) *Waiting {
	if c.inflight || !c.next.After(now) {
		return nil
	}
	return &Waiting{Awaits: Awaits{Until: c.next}}
}
