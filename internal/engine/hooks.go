package engine

import (
	"encoding/json"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Hooks let a test kit take part in what an engine does. Nil functions change
// nothing. All are called with the engine's lock held, so they must neither
// block nor call the engine.
type Hooks struct {
	// Run is told of each run that begins.
	Run func(runID, functionID string)
	// Call may change what a call of a function is sent with: whether steps
	// are planned before they run, and whether the app must fetch the state.
	Call func(functionID string, ctx *wire.CallContext)
	// Mock may answer a step in the app's place: one that was planned and is
	// about to run, or one of another kind that is about to begin. What it
	// returns is called without the lock; nil leaves the step alone.
	Mock func(StepCall) func() StepAnswer
	// Stop ends a run as cancelled, once a step has finished, or before one
	// that is not run begins.
	Stop func(StepCall) bool
	// Order arranges n steps that were reported together: it returns the
	// indexes 0 to n-1 in the order to begin them in.
	Order func(n int) []int
}

// StepCall is a step that a run is about to take, or has taken.
type StepCall struct {
	RunID, FunctionID string // the latter composite
	ID                string // hashed
	Name              string // as its author named it
	Index             int    // among the steps of that name
	Op                string
	Opts              json.RawMessage
	Attempt           int // counted from zero
	// Result is what a finished step left.
	Result json.RawMessage
}

// StepAnswer is what a step comes to without the app.
type StepAnswer struct {
	// Data is the result; of a sleep or a wait, all that is memoised.
	Data json.RawMessage
	// Err, if set, is what the step failed with.
	Err     *wire.StepError
	NoRetry bool
	RetryAt time.Time // zero leaves it to the backoff
}
