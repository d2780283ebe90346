package engine

import (
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Failure is a failed attempt of a step or of a whole call.
type Failure struct {
	// Attempt is the attempt of the call, counted from zero. It is zero for a
	// step's failure: all failures of a step belong to one call.
	Attempt        int `json:",omitempty"`
	Started, Ended time.Time
	// RetryAt is the time of the retry; zero if there is none.
	RetryAt time.Time
	Error   *wire.StepError
}

// Try is an answered attempt of a call that targets no step.
type Try struct {
	Attempt int       // counted from zero
	Started time.Time // or the time of the app's last checkpoint in it; zero if there was no attempt
	Ended   time.Time
}

// beganAt returns the start of the step that an op reports: the call's start if the
// app ran the step in the call, and otherwise now.
func (c *call) beganAt(o *op, now time.Time) time.Time {
	switch o.Op.Op {
	case wire.OpStep, wire.OpStepRun, wire.OpStepError, wire.OpStepFailed:
		return c.since
	}
	return now
}

// since returns the start of the step that a checkpoint of the given call reports.
func (r *run) since(callID string, now time.Time) time.Time {
	if c := r.discovery; c != nil && c.id == callID {
		return c.since
	}
	return now
}
