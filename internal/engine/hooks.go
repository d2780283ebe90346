package engine

import (
	"encoding/json"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Hooks let a test kit observe and change an engine's work. A nil function has no
// effect. The engine calls them with its lock held, so they must neither block nor
// call the engine.
type Hooks struct {
	// Run observes the start of each run.
	Run func(runID, functionID string)
	// Call may change the context that a call carries, to decide whether the SDK
	// plans steps before it runs them, and whether the app must fetch the state.
	Call func(functionID string, ctx *wire.CallContext)
	// Mock may answer a step in the app's place: a planned step that is about to
	// run, or a step of another kind that is about to begin. The engine calls the
	// returned function without its lock. A nil function leaves the step alone.
	Mock func(StepCall) func() StepAnswer
	// Stop reports whether to cancel the run: after a step has finished, and
	// before a step begins that the app does not run, such as a sleep.
	Stop func(StepCall) bool
	// Order arranges n steps that the app reported together. It returns the
	// indexes 0 to n-1 in the order in which to begin the steps.
	Order func(n int) []int
}

// StepCall describes a step that a run is about to take or has taken.
type StepCall struct {
	RunID, FunctionID string // FunctionID is composite
	ID                string // hashed
	Name              string // the name that its author wrote
	Index             int    // among the steps of that name
	Op                string
	Opts              json.RawMessage
	Attempt           int // counted from zero
	// Result is the memo of a finished step.
	Result json.RawMessage
}

// StepAnswer is a step's result without the app.
type StepAnswer struct {
	// Data is the result. For a sleep or a wait it is the whole memo.
	Data json.RawMessage
	// Err is the error of a failed step.
	Err     *wire.StepError
	NoRetry bool
	RetryAt time.Time // zero leaves it to the backoff
}
