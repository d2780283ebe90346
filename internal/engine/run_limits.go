package engine

import (
	"fmt"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// maxStepMiB is the limit of a step's output in MiB, for messages.
const maxStepMiB = wire.MaxStepBytes >> 20

// tooManySteps returns the error of a run that would exceed the limit of steps.
// Name and message are the official server's.
func tooManySteps() wire.CallError {
	return wire.CallError{Name: "InngestErrFunctionOverflowed",
		Message: fmt.Sprintf("The function run exceeded the step limit of %d steps.", wire.MaxSteps)}
}

// tooMuchState returns the error of a run that exceeds the limit of state. Name
// and message are the official server's.
func tooMuchState() wire.CallError {
	return wire.CallError{Name: "InngestErrStateOverflowed",
		Message: fmt.Sprintf("The function run exceeded the state size limit of %d bytes.", wire.MaxStateBytes)}
}

// outputTooLarge returns the error of a call whose answer is too large. Name and
// message are the official server's.
func outputTooLarge() *wire.CallError {
	return &wire.CallError{Name: "output_too_large", Message: "Your function's response body exceeds the maximum size limit"}
}
