package engine

import (
	"fmt"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// tooManySteps is the official server's error, in its words. A run fails with
// it when it would be called for one more step.
func tooManySteps() wire.CallError {
	return wire.CallError{Name: "InngestErrFunctionOverflowed",
		Message: fmt.Sprintf("The function run exceeded the step limit of %d steps.", wire.MaxSteps)}
}

// tooMuchState likewise.
func tooMuchState() wire.CallError {
	return wire.CallError{Name: "InngestErrStateOverflowed",
		Message: fmt.Sprintf("The function run exceeded the state size limit of %d bytes.", wire.MaxStateBytes)}
}

// outputTooLarge likewise. A call fails with it.
func outputTooLarge() *wire.CallError {
	return &wire.CallError{Name: "output_too_large", Message: "Your function's response body exceeds the maximum size limit"}
}
