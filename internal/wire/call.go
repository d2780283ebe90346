package wire

import "encoding/json"

// CallRequest is the body of a call (SDK specification 4.4.1).
type CallRequest struct {
	// Version is OwnVersion.
	Version int `json:"version"`

	Event  json.RawMessage            `json:"event"`
	Events []json.RawMessage          `json:"events"`
	Steps  map[string]json.RawMessage `json:"steps"`
	Ctx    CallContext                `json:"ctx"`
	// UseAPI repeats Ctx.UseAPI at the top level, where inngestgo v0.16.0 reads it.
	UseAPI bool `json:"use_api"`
}

// OwnVersion lets the SDK choose its version of the protocol, as the calls of the
// official server do. Only SDKs of other languages have several.
const OwnVersion = -1

// CallContext is the ctx object of a call.
type CallContext struct {
	RunID                     string    `json:"run_id"`
	FunctionID                string    `json:"fn_id"`
	Env                       string    `json:"env"`
	StepID                    string    `json:"step_id"`
	Attempt                   int       `json:"attempt"`
	MaxAttempts               *int      `json:"max_attempts,omitempty"`
	DisableImmediateExecution bool      `json:"disable_immediate_execution"`
	UseAPI                    bool      `json:"use_api"`
	QueueItemRef              string    `json:"qi_id,omitempty"`
	Stack                     CallStack `json:"stack"`
}

// CallStack is the order in which steps finished.
type CallStack struct {
	Stack   []string `json:"stack"`
	Current int      `json:"current"`
}

// CallError is the body of an answer that reports a failed call
// (SDK specification 4.4.3).
type CallError struct {
	Name    string `json:"name"`
	Message string `json:"message"`
	Stack   string `json:"stack,omitempty"`
}
