package engine

import (
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// timeouts bound the time before a run's first call, and the time from then to
// its end. Zero is no bound.
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

// setTimeout cancels the run after a duration. It replaces the earlier timeout; a
// duration of 0 only removes that.
func (e *Engine) setTimeout(r *run, after time.Duration) {
	e.queue.remove(r.timeout)
	r.timeout = nil
	if after > 0 {
		r.timeout = e.queue.push(e.clock.Now().Add(after), timeout{r})
	}
}

// timeout cancels a run whose time is up.
type timeout struct{ run *run }

func (t timeout) due(e *Engine) { e.abort(t.run) }
