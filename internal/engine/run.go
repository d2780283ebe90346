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
	StatusRunning   Status = "Running"
	StatusCompleted Status = "Completed"
	StatusFailed    Status = "Failed"
	StatusCancelled Status = "Cancelled"
)

// run is one run of a function. The engine's lock guards it.
type run struct {
	id       string
	fn       *function
	events   []*event // the first is the one that started it
	status   Status
	output   json.RawMessage
	err      *wire.CallError
	failures []Failure // of calls as a whole
	started  time.Time
	ended    time.Time
	done     chan struct{} // closed at the end

	memos    []memo // finished steps in the order they finished; append only
	memoised map[string]int
	bytes    int // of memos
	pending  map[string]*pending
	parallel bool // more than one step was reported at once
	// discovery is the call that targets no step; there is at most one.
	discovery  *call
	rediscover bool // something finished while discovery was in flight

	parent *pending // the step that invoked this run
	calls  int
	steps  []*step // as they were first reported
	byID   map[string]*step
}

// memo is a finished step as calls carry it.
type memo struct {
	id    string
	value json.RawMessage
}

// pending is a step that has been reported and is not finished.
type pending struct {
	run   *run
	id    string
	op    string
	race  bool
	group *group
	timer *item // the end of a sleep or the timeout of a wait
	child *run  // the invoked run
	wait  *wait
	name  string // as its author named it
	index int    // among the steps of that name
	opts  json.RawMessage
}

// group is the steps that one answer reported. When the last has finished the
// function is called to discover what comes next.
type group struct{ open int }

// step is the record of a step for people.
type step struct {
	id, name, op   string
	attempts       int
	started, ended time.Time
	tried          time.Time       // when its latest attempt began
	result         json.RawMessage // as memoised
	err            *wire.StepError // of the latest failed attempt
	failures       []Failure
	awaits         Awaits
}

// startRun begins a run of fn for ev. The caller holds the lock and pumps.
func (e *Engine) startRun(fn *function, ev *event, parent *pending) *run {
	now := e.clock.Now()
	r := &run{
		id: e.newID(now), fn: fn, events: []*event{ev}, status: StatusRunning, started: now,
		done: make(chan struct{}), parent: parent,
		memoised: map[string]int{}, pending: map[string]*pending{}, byID: map[string]*step{},
	}
	ev.runs = append(ev.runs, r)
	e.runs.add(r)
	e.log.Debug("run started", "function", fn.id, "run", r.id, "event", ev.Name)
	if e.cfg.Hooks.Run != nil {
		e.cfg.Hooks.Run(r.id, fn.id)
	}
	e.discover(r)
	return r
}

// discover queues a call that finds out what comes next.
func (e *Engine) discover(r *run) {
	if r.discovery != nil {
		r.rediscover = r.rediscover || r.discovery.inflight
		return
	}
	r.discovery = &call{run: r}
	e.queue.push(e.clock.Now(), r.discovery)
}

// memoise finishes a step. It returns false if the run had to be failed
// because of a limit.
func (e *Engine) memoise(r *run, id string, value json.RawMessage) bool {
	if _, known := r.memoised[id]; known {
		return true
	}
	r.memoised[id] = len(r.memos)
	r.memos = append(r.memos, memo{id, value})
	r.bytes += len(value)
	if s := r.byID[id]; s != nil {
		s.ended, s.result = e.clock.Now(), value
	}
	switch {
	case len(r.memos) > MaxSteps:
		e.fail(r, wire.CallError{Name: "StepLimitExceeded",
			Message: "the run has more than 1,000 steps; split it, for instance with step.Invoke"})
	case r.bytes > MaxStateBytes:
		e.fail(r, wire.CallError{Name: "StateLimitExceeded",
			Message: "the results of the run's steps are larger than 32 MiB together; return ids from steps and keep the data elsewhere"})
	default:
		return true
	}
	return false
}

// settle finishes a pending step and goes on when its group is done, or at
// once in race mode (SDK specification 5.5).
func (e *Engine) settle(p *pending, value json.RawMessage) {
	r := p.run
	if r.status != StatusRunning || r.pending[p.id] != p {
		return
	}
	e.drop(p)
	if !e.memoise(r, p.id, value) {
		return
	}
	if e.stopped(p, value) {
		return
	}
	if p.group.open--; p.group.open == 0 || p.race {
		e.discover(r)
	}
}

// drop forgets a pending step and what would have finished it.
func (e *Engine) drop(p *pending) {
	delete(p.run.pending, p.id)
	e.queue.remove(p.timer)
	e.waits.remove(p.wait)
	if p.child != nil {
		p.child.parent = nil
	}
}

// record returns the step's record, made at its first report. The latest try
// began at the given time.
func (r *run) record(o *op, began time.Time) *step {
	s := r.byID[o.ID]
	if s == nil {
		s = &step{id: o.ID, name: o.label(), started: began}
		r.byID[o.ID] = s
		r.steps = append(r.steps, s)
	}
	s.op, s.tried = o.Op.Op, began
	return s
}
