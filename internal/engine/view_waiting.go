package engine

import (
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Waiting describes the wait of a run that has not ended and has no call that is
// due or in flight.
type Waiting struct {
	// Op is the op code of the waiting step. It is empty if a failed call waits
	// for its retry, at Awaits.Until.
	Op     string
	Awaits Awaits
}

// waiting returns the run's wait, or nil if it does not wait. If several steps
// wait, it returns the wait of the latest.
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
