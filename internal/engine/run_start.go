package engine

import (
	"encoding/json"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// start is how a run begins, other than by its events alone.
type start struct {
	again *run            // the run that it repeats
	from  string          // the step to repeat it from, if not from the beginning
	input json.RawMessage // of that step

	id    string    // that an endpoint gave the run which it has begun; empty if none did
	since time.Time // when it did
}

// startRun begins a run of fn for events. An error is a *RequestError that says
// why it may not be. The caller holds the lock and pumps.
func (e *Engine) startRun(fn *function, events []*event, s start) (*run, error) {
	if fn.app.endpoints && s.id == "" {
		return nil, errEndpoint(fn)
	}
	if e.paused[fn.id] != nil {
		return nil, errPaused(fn)
	}
	place, ok := e.makeRoom(fn, events[0])
	if !ok {
		return nil, errSingleton
	}
	now := e.clock.Now()
	r := &run{
		id: e.newID(now), fn: fn, events: events, status: StatusScheduled, started: now,
		rank: fn.flow.rank(events[0], now), tolls: fn.flow.tolls(fn, events[0]), single: place,
		done: make(chan struct{}), pending: map[string]*pending{},
	}
	if s.again != nil {
		r.repeat(s)
	}
	if s.id != "" {
		r.id, r.started = s.id, s.since
	}
	for _, ev := range events {
		ev.runs = append(ev.runs, r.id)
		ev.holders++
		e.journal.touchEvent(ev)
		if p := ev.invoker; p != nil {
			p.step().waitsFor.RunID = r.id
			e.journal.touch(kindRun, p.run.id)
		}
	}
	e.runs.add(r)
	e.changed(ChangedRun, r.id)
	e.log.Debug("run started", "function", fn.id, "run", r.id, "event", events[0].Name)
	if e.cfg.Hooks.Run != nil {
		e.cfg.Hooks.Run(r.id, fn.id)
	}
	if place != "" {
		e.singles[place] = r
	}
	e.listen(r)
	e.setTimeout(r, fn.flow.timeouts.start)
	if s.id != "" {
		e.markBegun(r, r.started)
		return r, nil
	}
	e.discover(r)
	return r, nil
}

// discover queues a call that finds out what comes next.
func (e *Engine) discover(r *run) {
	if r.discovery != nil {
		r.rediscover = r.rediscover || r.discovery.inflight
		return
	}
	if len(r.memos) >= wire.MaxSteps && !e.cfg.LetLastStepEnd {
		e.fail(r, tooManySteps())
		return
	}
	r.discovery, r.rediscover = &call{run: r}, false // it sees what has finished until now
	e.queue.push(e.clock.Now(), r.discovery)
}

// markBegun notes that a run makes a call: with the first, it has begun.
func (e *Engine) markBegun(r *run, now time.Time) {
	if !r.begun.IsZero() {
		return
	}
	r.begun = now
	e.runs.turn(r, StatusRunning)
	e.setTimeout(r, r.fn.flow.timeouts.finish)
}
