package engine

import (
	"hash/fnv"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// cronTask starts a run at a tick of a schedule, and queues the next tick.
type cronTask struct {
	fn      *function
	trigger int
	tick    time.Time // without jitter
}

func (e *Engine) scheduleCrons(functions []*function) {
	for _, fn := range functions {
		for i := range fn.triggers {
			if fn.triggers[i].ticks != nil {
				e.scheduleTick(fn, i, e.clock.Now())
			}
		}
	}
}

func (e *Engine) scheduleTick(fn *function, i int, after time.Time) {
	t := fn.triggers[i]
	tick := t.ticks.Next(after)
	if tick.IsZero() {
		return // the schedule has no next tick, such as 30 February
	}
	e.queue.push(tick.Add(jitter(fn.id, tick, t.jitter)), cronTask{fn: fn, trigger: i, tick: tick})
}

// due does nothing if the function has been synced again or removed. A sync
// queues the new function's ticks.
func (c cronTask) due(e *Engine) {
	if e.registry.functions[c.fn.id] != c.fn {
		return
	}
	t := c.fn.triggers[c.trigger]
	data := wire.CronTick(t.cron, c.tick, c.tick.Add(jitter(c.fn.id, c.tick, t.jitter)))
	ev := e.newEvent(wire.Event{Name: wire.EventCronTick, Data: data})
	e.remember(ev)
	if _, err := e.trigger(c.fn, ev); err != nil {
		e.log.Debug("run not started", "function", c.fn.id, "event", ev.internalID, "reason", err.Error())
	}
	after := c.tick
	if now := e.clock.Now(); t.ticks.Next(after).Add(t.jitter).Before(now) {
		after = now // the machine was asleep: skip the missed ticks
	}
	e.scheduleTick(c.fn, c.trigger, after)
}

// jitter returns a delay within a window, which spreads the ticks of functions.
// It depends only on the function and the tick.
func jitter(id string, tick time.Time, window time.Duration) time.Duration {
	if window <= 0 {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(id + tick.UTC().String()))
	return time.Duration(h.Sum64() % uint64(window))
}
