package engine

import (
	"fmt"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Limits of triggers, found by trying the official server.
const (
	maxTriggers     = 10
	maxTriggerEvent = 255 // bytes of the event's name
	maxJitter       = 5 * time.Minute
)

// Limits of a run (Inngest's published usage limits).
const (
	// MaxSteps is how many steps a run may have.
	MaxSteps = 1000
	// MaxStepBytes bounds the output of one step.
	MaxStepBytes = 4 << 20
	// MaxStateBytes bounds the outputs of all steps of a run together.
	MaxStateBytes = 32 << 20

	// DefaultSendBytes is how large a call's events and steps may be together
	// and still be sent with it; larger ones the app fetches.
	DefaultSendBytes = 4 << 20

	// maxAnswerBytes bounds an answer's body, as the official server was found to.
	maxAnswerBytes = 8 << 20
)

// tooManySteps is the official server's error, in its words. A run fails with
// it when it would be called for one more step.
func tooManySteps() wire.CallError {
	return wire.CallError{Name: "InngestErrFunctionOverflowed",
		Message: fmt.Sprintf("The function run exceeded the step limit of %d steps.", MaxSteps)}
}

// tooMuchState likewise.
func tooMuchState() wire.CallError {
	return wire.CallError{Name: "InngestErrStateOverflowed",
		Message: fmt.Sprintf("The function run exceeded the state size limit of %d bytes.", MaxStateBytes)}
}

// outputTooLarge likewise. A call fails with it.
func outputTooLarge() *wire.CallError {
	return &wire.CallError{Name: "output_too_large", Message: "Your function's response body exceeds the maximum size limit"}
}

// bounds are how much of something is kept.
type bounds struct{ count, bytes int }

// exceeded reports whether something must go. The latest one may stay however
// large it is.
func (b bounds) exceeded(count, bytes int) bool {
	return count > b.count || (bytes > b.bytes && count > 1)
}
