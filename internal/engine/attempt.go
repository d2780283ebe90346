package engine

import (
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Failure is a failed attempt of a step, or of a call as a whole.
type Failure struct {
	// Attempt is which attempt of the call it was, counted from zero. Those of
	// steps leave it out: all of a step's failures are of one call.
	Attempt        int `json:",omitempty"`
	Started, Ended time.Time
	// RetryAt is when it was, or will be, tried again; zero if it is not.
	RetryAt time.Time
	Error   *wire.StepError
}

// Try is an attempt of a call that targets no step, and has been answered.
type Try struct {
	Attempt int       // counted from zero
	Started time.Time // or when the app last checkpointed in it; zero if there was none
	Ended   time.Time
}

// Awaits is what an open step waits for, or a finished one waited for.
type Awaits struct {
	Until    time.Time // the end of a sleep or the timeout of a wait; zero if none
	Event    string    // the name of an event
	Signal   string
	Function string // the composite id of an invoked function
	RunID    string // the invoked function's run
}

// awaits is what the step waits for, or has waited for.
func (s *step) awaits() Awaits {
	if s.waitsFor == nil {
		return Awaits{}
	}
	return *s.waitsFor
}

// began is when what an op reports began: a step that ran did so during the
// call, and any other begins when it is reported.
func (c *call) beganAt(o *op, now time.Time) time.Time {
	switch o.Op.Op {
	case wire.OpStep, wire.OpStepRun, wire.OpStepError, wire.OpStepFailed:
		return c.since
	}
	return now
}

// since is when the step that a checkpoint of the given call reports began.
func (r *run) since(callID string, now time.Time) time.Time {
	if c := r.discovery; c != nil && c.id == callID {
		return c.since
	}
	return now
}

// step is the step's record, which exists since it was reported.
func (p *pending) step() *step { return p.run.step(p.id) }
