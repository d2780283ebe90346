package engine

import (
	"encoding/json"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Status is where a run is, spelled as Inngest's REST API does.
type Status string

// The statuses of a run. The last three are final.
const (
	// StatusScheduled is a run that has made no call yet: a limit may hold it.
	StatusScheduled Status = "Scheduled"
	StatusRunning   Status = "Running"
	StatusCompleted Status = "Completed"
	StatusFailed    Status = "Failed"
	StatusCancelled Status = "Cancelled"
)

// Final reports whether a run has ended.
func (s Status) Final() bool { return s != StatusScheduled && s != StatusRunning }

// run is one run of a function. The engine's lock guards it.
type run struct {
	id       string
	seq      uint64 // counts runs in the order in which they started
	fn       *function
	events   []*event // the first is the one that started it
	status   Status
	output   json.RawMessage
	err      *wire.CallError
	failures []Failure // of calls as a whole
	started  time.Time
	begun    time.Time // when its first call was made
	latest   Try       // that was answered, of the calls that target no step
	ended    time.Time
	done     chan struct{} // closed at the end

	memos     []memo // finished steps in the order they finished; append only
	memoIndex index
	bytes     int // of memos
	pending   map[string]*pending
	parallel  bool // more than one step was reported at once
	// discovery is the call that targets no step; there is at most one.
	discovery  *call
	rediscover bool // something finished while discovery was in flight

	rerunOf string     // the run that this one repeats
	input   *stepInput // of the step that a rerun begins with

	rank      time.Time // by which its calls stand in line
	tolls     tolls
	slots     []*gate // that it holds from its first call to its end
	single    string  // its place among the singletons
	cancels   []*wait // for events that cancel it
	timeout   *item   // that cancels it
	calls     int
	steps     []*step // as they were first reported
	stepIndex index

	storedMemos int // that the store has
	lastGroup   int
}

// memo is a finished step as calls carry it.
type memo struct {
	id    string
	value json.RawMessage
}

// pending is a step that has been reported and is not finished.
type pending struct {
	run     *run
	id      string
	op      string
	race    bool
	group   *group
	timer   *item // the end of a sleep or the timeout of a wait
	wait    *wait
	signal  string // that it waits for
	name    string // as its author named it
	index   int    // among the steps of that name
	opts    json.RawMessage
	call    *call    // of a planned step, or one with a request
	request *request // that the engine makes on its behalf
}

// group is the steps that one answer reported. When the last has finished the
// function is called to discover what comes next.
type group struct{ id, left int }

// step is the record of a step for people.
type step struct {
	id, name, op   string
	attempts       int
	started, ended time.Time
	tried          time.Time       // when its latest attempt began
	result         json.RawMessage // as memoised
	err            *wire.StepError // of the latest failed attempt
	failures       []Failure
	waitsFor       *Awaits // nil of one that waits for nothing
	storedHash     uint64  // a hash of what the store has
	stored         bool    // the store has it, and it will not change
}

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

// memoise finishes a step. It returns false if the run had to be failed
// because of a limit.
func (e *Engine) memoise(r *run, id string, value json.RawMessage) bool {
	if _, known := r.memo(id); known {
		return true
	}
	r.addMemo(memo{id, value})
	e.changed(ChangedRun, r.id)
	if s := r.step(id); s != nil {
		s.ended, s.result = e.clock.Now(), value
	}
	switch {
	case len(r.memos) > wire.MaxSteps:
		e.fail(r, tooManySteps())
	case r.bytes > wire.MaxStateBytes:
		e.fail(r, tooMuchState())
	default:
		return true
	}
	return false
}

// resolve finishes a pending step and goes on when its group is done, or at
// once in race mode (SDK specification 5.5).
func (e *Engine) resolve(p *pending, value json.RawMessage) {
	r := p.run
	if r.status.Final() || r.pending[p.id] != p {
		return
	}
	e.drop(p)
	if !e.memoise(r, p.id, value) {
		return
	}
	if e.stopped(p, value) {
		return
	}
	if p.group.left--; p.group.left == 0 || p.race {
		e.discover(r)
	}
}

// drop forgets a pending step and what would have finished it.
func (e *Engine) drop(p *pending) {
	delete(p.run.pending, p.id)
	e.queue.remove(p.timer)
	e.waits.remove(p.wait)
	e.dropSignal(p)
}

// noteStep returns the step's record, made at its first report. The latest try
// began at the given time.
func (r *run) noteStep(o *op, began time.Time) *step {
	s := r.step(o.ID)
	if s == nil {
		s = &step{id: o.ID, name: o.label(), started: began}
		r.addStep(s)
	}
	s.tried = began
	if p := r.pending[o.ID]; p == nil || p.request == nil { // one with a request stays what it is
		s.op = o.Op.Op
	}
	return s
}
