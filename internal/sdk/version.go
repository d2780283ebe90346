package sdk

import "github.com/inngest/inngestgo"

// Module is the SDK's module path.
const Module = "github.com/inngest/inngestgo"

// Tested is the version of inngestgo whose behaviour this package relies on.
const Tested = "0.16.0"

// Version is the version of inngestgo in this program.
func Version() string { return inngestgo.SDKVersion }
