package engine

import (
	"fmt"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// cancelOn cancels a function's runs by an event.
type cancelOn struct {
	event   string
	when    expr.Expression
	timeout time.Duration // how long the event cancels a run; zero for always
	until   time.Time     // instead of timeout
}

func (e *Engine) readCancel(c wire.FlowControl, f *flow) error {
	if len(c.Cancel) > wire.MaxCancellations {
		return fmt.Errorf("cancel takes at most %d events, not %d", wire.MaxCancellations, len(c.Cancel))
	}
	for _, config := range c.Cancel {
		if config.Event == "" {
			return fmt.Errorf("cancel names no event")
		}
		when, err := e.key("cancel.if", config.If)
		if err != nil {
			return err
		}
		on := cancelOn{event: config.Event, when: when}
		if config.Timeout != "" {
			if on.timeout, on.until, err = parseDeadline(config.Timeout); err != nil {
				return fmt.Errorf("cancel.timeout: %w", err)
			}
		}
		f.cancel = append(f.cancel, on)
	}
	return nil
}

// listen lets events cancel a starting run.
func (e *Engine) listen(r *run) {
	for i := range r.fn.flow.cancel {
		on := &r.fn.flow.cancel[i]
		w := &wait{run: r, event: on.event, when: on.when}
		if on.timeout > 0 || !on.until.IsZero() {
			w.until = deadline(r.started, on.timeout, on.until)
		}
		r.cancels = append(r.cancels, w)
		e.waits.add(w)
	}
}
