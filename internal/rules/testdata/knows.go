// Package testdata has every fault that TestOnlyTheBridgeKnowsTheSDK looks for.
package testdata

import (
	"runtime"
	"unsafe"
)

var frame = "github.com/inngest/inngestgo/step.Run"

func stack() (uintptr, string) {
	var pcs [1]uintptr
	runtime.Callers(0, pcs[:])
	return uintptr(unsafe.Pointer(&pcs)), "error unmarshalling state" + frame
}
