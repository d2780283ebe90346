package engine

import (
	"slices"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Job is something that a run has to come, or is at.
type Job struct {
	// ID is the run's, and of what belongs to a step, that and the step's
	// hashed id.
	ID   string
	Kind JobKind
	// At is when it is due, or was; zero for an invocation that waits for as
	// long as it takes.
	At time.Time
	// Position is how many calls of the function stand before it in line, zero
	// for what is not in line: it is not due, or has been let through.
	Position int
	// Attempt is that of a call, counted from zero.
	Attempt int
}

// JobKind is what a job is, spelled as Inngest's REST API does.
type JobKind string

// The kinds of jobs.
const (
	JobStart JobKind = "start" // the first call, until it has been answered
	JobEdge  JobKind = "edge"  // any other call, or a step's request
	JobSleep JobKind = "sleep"
	JobPause JobKind = "pause" // a wait for an event, a signal or another run
)

// Jobs returns what a run has to come, the earliest first and what has no time
// last: nothing once it has ended. It returns ErrNotFound for a run that is
// unknown, or was forgotten.
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

// dueAt is when a call is due, or was: what it follows tells, of those that
// have not failed.
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

// position is how many calls of the same function stand before one in line,
// zero if it is not in line.
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
