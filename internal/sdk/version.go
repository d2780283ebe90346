package sdk

import (
	"runtime/debug"

	"github.com/inngest/inngestgo"
)

// Module is the SDK's module path.
const Module = "github.com/inngest/inngestgo"

// Tested is the version of inngestgo whose behaviour this package relies on.
const Tested = "0.16.0"

// Version is the version of inngestgo in this program.
func Version() string { return inngestgo.SDKVersion }

// Replaced returns the path that a replace directive gives the SDK, or "".
func Replaced() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, dep := range info.Deps {
		if dep.Path == Module && dep.Replace != nil {
			return dep.Replace.Path
		}
	}
	return ""
}
