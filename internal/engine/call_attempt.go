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
