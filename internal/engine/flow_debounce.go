package engine

import (
	"time"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// debouncing makes one run of the latest of many events, after a period without
// events.
type debouncing struct {
	period  time.Duration
	timeout time.Duration // bounds the whole delay; zero for no bound
	key     expr.Expression
}

func (e *Engine) readDebounce(c wire.FlowControl, f *flow) (err error) {
	if c.Debounce == nil {
		return nil
	}
	d := &debouncing{}
	if d.period, err = period("debounce.period", c.Debounce.Period, wire.MinDebouncePeriod, wire.MaxDebouncePeriod); err != nil {
		return err
	}
	if c.Debounce.Timeout != "" {
		if d.timeout, err = period("debounce.timeout", c.Debounce.Timeout, 0, 0); err != nil {
			return err
		}
	}
	d.key, err = e.key("debounce.key", c.Debounce.Key)
	f.debounce = d
	return err
}

// debounced is an event that waits for a period without another one.
type debounced struct {
	fn     string
	key    string
	event  *event
	began  time.Time
	starts *item
}

// debounce makes an event wait. If one waits already, the one with the later
// timestamp remains, and the period begins again.
func (e *Engine) debounce(fn *function, ev *event) {
	value, _ := fn.flow.debounce.key.Key(ev)
	key, now := fn.id+"\x00"+value, e.clock.Now()
	d := e.debounces[key]
	if d == nil {
		d = &debounced{fn: fn.id, key: key, event: ev, began: now}
		ev.holders++
		e.debounces[key] = d
	}
	if ev.TS >= d.event.TS {
		e.dropHolder(d.event)
		d.event = ev
		ev.holders++
	}
	e.journal.touch(kindDebounce, key)
	at := now.Add(fn.flow.debounce.period)
	if most := fn.flow.debounce.timeout; most > 0 && at.After(d.began.Add(most)) {
		at = d.began.Add(most)
	}
	e.queue.remove(d.starts)
	d.starts = e.queue.push(at, debounceEnd{d})
}

// debounceEnd starts the run that a debounce has delayed.
type debounceEnd struct{ *debounced }

func (d debounceEnd) due(e *Engine) {
	delete(e.debounces, d.key)
	e.journal.touch(kindDebounce, d.key)
	defer e.dropHolder(d.event)
	if fn := e.registry.functions[d.fn]; fn != nil && e.paused[fn.id] == nil {
		_, _ = e.schedule(fn, d.event) // a singleton or a repeated event id may refuse it
	}
}
