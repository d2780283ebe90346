package engine

import (
	"fmt"
	"slices"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// restoreRun restores a run with its steps and their waits.
func (e *Engine) restoreRun(in *restored, kept *restoredRun) error {
	d := kept.doc
	fn, err := e.functionOf(d)
	if err != nil {
		return err
	}
	r := &run{
		id: kept.id, fn: fn, status: d.Status, output: d.Output, err: d.Err,
		failures: d.Failures, latest: d.Latest, started: d.Started, begun: d.Begun, ended: d.Ended, parallel: d.Parallel,
		rerunOf: d.RerunOf, rank: d.Rank, single: d.Single, calls: d.Calls, lastGroup: d.LastGroup,
		done: make(chan struct{}), storedMemos: len(kept.memos),
	}
	if d.Input != nil {
		r.input = &stepInput{d.Input.Step, d.Input.Value}
	}
	if len(d.Events) == 0 {
		return fmt.Errorf("run %s: it has no event", r.id)
	}
	for _, id := range d.Events {
		ev := in.events[id]
		if ev == nil {
			return fmt.Errorf("run %s: its event %s is missing", r.id, id)
		}
		ev.holders++
		r.events = append(r.events, ev)
	}
	for _, m := range kept.memos {
		r.addMemo(m)
	}
	if err := restoreSteps(kept, r); err != nil {
		return err
	}
	r.seq = d.Seq
	e.runs.restore(r)
	if r.status.Final() {
		close(r.done)
		return nil
	}
	e.goOn(kept, r)
	return nil
}

// functionOf returns the registered function of a run or, if there is none, the
// function in the run's record.
func (e *Engine) functionOf(d runRecord) (*function, error) {
	if fn := e.registry.functions[d.Function]; fn != nil {
		return fn, nil
	}
	if d.Gone == nil {
		return nil, fmt.Errorf("function %q is missing", d.Function)
	}
	fn, err := e.newFunction(&app{name: d.Gone.App, url: d.Gone.URL, endpoints: d.Gone.Endpoints}, d.Gone.Config)
	if err != nil {
		return nil, fmt.Errorf("function %q: %w", d.Function, err)
	}
	return fn, nil
}

func restoreSteps(kept *restoredRun, r *run) error {
	steps := make([]*step, len(kept.steps))
	for id, d := range kept.steps {
		s := &step{
			id: id, name: d.Name, op: d.Op, attempts: d.Attempts, started: d.Started, ended: d.Ended, tried: d.Tried,
			err: d.Err, failures: d.Failures, waitsFor: d.Awaits,
		}
		if at, done := r.memo(id); done {
			s.result, s.stored = r.memos[at].value, true
		}
		if d.Place < 0 || d.Place >= len(steps) || steps[d.Place] != nil {
			return fmt.Errorf("run %s: its steps are incomplete", r.id)
		}
		steps[d.Place] = s
	}
	for _, s := range steps {
		r.addStep(s)
	}
	return nil
}

// goOn restores the calls, timers and waits that continue a run.
func (e *Engine) goOn(kept *restoredRun, r *run) {
	d := kept.doc
	r.tolls = r.fn.flow.tolls(r.fn, r.events[0])
	if !r.begun.IsZero() {
		e.takeSlots(r)
	}
	if r.single != "" {
		e.singles[r.single] = r
	}
	e.listen(r)
	if !d.CancelAt.IsZero() {
		r.timeout = e.queue.push(d.CancelAt, timeout{r})
	}
	r.pending = map[string]*pending{}
	groups := map[int]*group{}
	for _, s := range r.steps {
		if p := kept.steps[s.id].Pending; p != nil {
			if groups[p.Group] == nil {
				groups[p.Group] = &group{id: p.Group}
			}
			e.restorePending(r, s, p, groups[p.Group])
		}
	}
	if d.Discovery != nil {
		r.discovery = &call{run: r, attempt: d.Discovery.Attempt, next: d.Discovery.Next}
		e.queue.push(d.Discovery.Next, r.discovery)
	}
}

// takeSlots takes the slots that a run holds from its first call to its end.
func (e *Engine) takeSlots(r *run) {
	for _, t := range r.tolls.first {
		if t.whole {
			g := e.backlog.gate(t.gate)
			g.taken++
			r.slots = append(r.slots, g)
		}
	}
}

func (e *Engine) restorePending(r *run, s *step, d *pendingRecord, g *group) {
	p := &pending{run: r, id: s.id, op: d.Op, race: d.Race, group: g, signal: d.Signal, name: d.Name, index: d.Index, opts: d.Opts}
	g.left++
	r.pending[p.id] = p
	if d.Call != nil {
		p.call = &call{run: r, target: p, attempt: d.Call.Attempt, next: d.Call.Next}
	}
	switch p.op {
	case wire.OpSleep:
		p.timer = e.queue.push(s.awaits().Until, wake{p})
	case wire.OpWaitForEvent:
		e.restoreWait(p, s)
	case wire.OpWaitForSignal:
		if p.signal != "" {
			e.signals[p.signal] = p
		}
		p.timer = e.queue.push(s.awaits().Until, wake{p})
	case wire.OpInvokeFunction:
		if until := s.awaits().Until; !until.IsZero() {
			p.timer = e.queue.push(until, invokeTimeout{p})
		}
	default:
		if p.call != nil {
			e.queue.push(p.call.next, p.call)
		}
	}
}

// restoreWait restores a step's wait, and compiles its expression again, which
// compiled before.
func (e *Engine) restoreWait(p *pending, s *step) {
	w := &wait{run: p.run, step: p, event: s.awaits().Event}
	if opts, err := e.decodeWait(&op{Op: wire.Op{ID: p.id, Name: p.name, Opts: p.opts}}); err == nil {
		w.when = opts.when
	}
	p.wait = w
	e.waits.add(w)
	p.timer = e.queue.push(s.awaits().Until, wake{p})
}

// restore adds a stored run. sortFinished must follow the last one.
func (l *runLog) restore(r *run) {
	l.seq = r.seq
	l.insert(r)
	if r.status.Final() {
		l.end(r)
	}
}

func (l *runLog) sortFinished() {
	slices.SortStableFunc(l.finished, func(a, b *run) int { return a.ended.Compare(b.ended) })
}
