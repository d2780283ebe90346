package engine

import (
	"encoding/json"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// start says how a run begins. The zero value begins a run with its events alone.
type start struct {
	again *run            // the run that it repeats
	from  string          // the step to repeat from; empty for the beginning
	input json.RawMessage // of that step

	id    string    // the run's id, if an endpoint has begun the run
	since time.Time // the time at which the endpoint did
}

// startRun starts a run of fn for events. An error is a *RequestError that says
// why the run may not start. The caller holds the lock and pumps.
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

// discover queues a call that discovers the function's next steps.
func (e *Engine) discover(r *run) {
	if r.discovery != nil {
		r.rediscover = r.rediscover || r.discovery.inflight
		return
	}
	if len(r.memos) >= wire.MaxSteps && !e.cfg.LetLastStepEnd {
		e.fail(r, tooManySteps())
		return
	}
	r.discovery, r.rediscover = &call{run: r}, false // it carries all finished steps
	e.queue.push(e.clock.Now(), r.discovery)
}

// markBegun notes that a run makes a call. The first call begins the run.
func (e *Engine) markBegun(r *run, now time.Time) {
	if !r.begun.IsZero() {
		return
	}
	r.begun = now
	e.runs.turn(r, StatusRunning)
	e.setTimeout(r, r.fn.flow.timeouts.finish)
}
