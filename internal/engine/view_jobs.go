package engine

import (
	"slices"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Job is a pending or in-progress item of a run.
type Job struct {
	// ID is the run's id or, for an item of a step, the run's id and the step's
	// hashed id.
	ID   string
	Kind JobKind
	// At is the time at which the item is due, or was; zero for an invocation
	// without a timeout.
	At time.Time
	// Position is the number of calls of the function that come before it in the
	// backlog. It is zero for an item that is not in the backlog.
	Position int
	// Attempt is the attempt of a call, counted from zero.
	Attempt int
}

// JobKind is the kind of a job, as Inngest's REST API spells it.
type JobKind string

// The kinds of jobs.
const (
	JobStart JobKind = "start" // the first call, until its answer
	JobEdge  JobKind = "edge"  // any other call, or a step's request
	JobSleep JobKind = "sleep"
	JobPause JobKind = "pause" // a wait for an event, a signal or another run
)

// Jobs returns the jobs of a run, the earliest first and those without a time
// last. An ended run has none. Jobs returns ErrNotFound for an unknown run.
func (e *Engine) Jobs(runID string) ([]Job, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.runs.byID[runID]
	switch {
	case r == nil:
		return nil, ErrNotFound
	case r.status.Final():
		return nil, nil
	}
	var jobs []Job
	if c := r.discovery; c != nil {
		jobs = append(jobs, e.callJob(c))
	}
	for _, s := range r.steps {
		if p := r.pending[s.id]; p != nil {
			jobs = append(jobs, e.stepJob(p, s))
		}
	}
	slices.SortStableFunc(jobs, func(a, b Job) int {
		switch {
		case a.At.IsZero() == b.At.IsZero():
			return a.At.Compare(b.At)
		case a.At.IsZero():
			return 1
		}
		return -1
	})
	return jobs, nil
}

func (e *Engine) stepJob(p *pending, s *step) Job {
	if p.call != nil {
		return e.callJob(p.call)
	}
	j := Job{ID: p.correlation(), Kind: JobPause, At: s.awaits().Until}
	if p.op == wire.OpSleep {
		j.Kind = JobSleep
	}
	return j
}

func (e *Engine) callJob(c *call) Job {
	j := Job{ID: c.run.id, Kind: JobEdge, At: c.dueAt(), Position: e.backlog.position(c), Attempt: c.attempt}
	switch {
	case c.target != nil:
		j.ID = c.target.correlation()
	case len(c.run.memos) == 0 && len(c.run.pending) == 0:
		j.Kind = JobStart
	}
	return j
}

// dueAt returns the time at which a call is due, or was. A call that has not
// failed is due when the step before it finished.
func (c *call) dueAt() time.Time {
	switch {
	case !c.next.IsZero():
		return c.next
	case c.target != nil:
		return c.target.step().started
	}
	at := c.run.started
	for _, s := range c.run.steps {
		if s.ended.After(at) {
			at = s.ended
		}
	}
	return at
}

// position returns the number of calls of the same function that come before a
// call in the backlog. It returns 0 if the backlog does not have the call.
func (b *backlog) position(c *call) int {
	before, lined := 0, false
	for _, l := range b.lanes {
		for _, o := range l.calls {
			switch {
			case o == c:
				lined = true
			case o.run.fn.id == c.run.fn.id && o.live() && o.before(c):
				before++
			}
		}
	}
	if !lined {
		return 0
	}
	return before
}
