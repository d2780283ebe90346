package engine

import (
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// timeouts bound how long a run may wait for its first call, and how long it
// may take from then on. Zero is no bound.
type timeouts struct{ start, finish time.Duration }

func readTimeouts(c wire.FlowControl, f *flow) (err error) {
	if c.Timeouts == nil {
		return nil
	}
	if c.Timeouts.Start != "" {
		if f.timeouts.start, err = period("timeouts.start", c.Timeouts.Start, 0, 0); err != nil {
			return err
		}
	}
	if c.Timeouts.Finish != "" {
		f.timeouts.finish, err = period("timeouts.finish", c.Timeouts.Finish, 0, 0)
	}
	return err
}

// setTimeout cancels a run that has not begun, or not ended, after a while. It
// replaces the bound before.
func (e *Engine) setTimeout(r *run, after time.Duration) {
	e.queue.remove(r.timeout)
	r.timeout = nil
	if after > 0 {
		r.timeout = e.queue.push(e.clock.Now().Add(after), timeout{r})
	}
}

// timeout cancels a run that took too long.
type timeout struct{ run *run }

func (t timeout) due(e *Engine) { e.abort(t.run) }
