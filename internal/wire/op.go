package wire

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"strconv"
)

// Op codes that an answer with status 206 may carry (SDK specification 5.3).
const (
	OpStep           = "Step"
	OpStepRun        = "StepRun"
	OpStepError      = "StepError"
	OpStepFailed     = "StepFailed"
	OpStepPlanned    = "StepPlanned"
	OpSleep          = "Sleep"
	OpWaitForEvent   = "WaitForEvent"
	OpWaitForSignal  = "WaitForSignal"
	OpInvokeFunction = "InvokeFunction"
	OpAIGateway      = "AIGateway"
	OpGateway        = "Gateway"
	OpRunComplete    = "RunComplete"

	// OpDiscoveryRequest is not a step. It asks for another call, because the time
	// for this one is up (SDK specification 10.4.1).
	OpDiscoveryRequest = "DiscoveryRequest"
	// OpNone may replace a checkpointed step in an answer of the Go SDK v0.15. It
	// is not a step.
	OpNone = "None"
)

// Op is one reported step (SDK specification 5.1.1).
type Op struct {
	ID          string          `json:"id"`
	Op          string          `json:"op"`
	Name        string          `json:"name,omitempty"`
	DisplayName *string         `json:"displayName,omitempty"`
	Opts        json.RawMessage `json:"opts,omitempty"`
	Data        json.RawMessage `json:"data,omitempty"`
	Error       *StepError      `json:"error,omitempty"`
	Userland    *Userland       `json:"userland,omitempty"`
	Timing      *Timing         `json:"timing,omitempty"`
}

// Userland has a step's id as its author wrote it, and the step's index among the
// steps with that id.
type Userland struct {
	ID    string `json:"id"`
	Index int    `json:"index,omitempty"`
}

// StepError is the error of a step, in reports and memos.
type StepError struct {
	Name    string          `json:"name"`
	Message string          `json:"message"`
	Stack   string          `json:"stack,omitempty"`
	Data    json.RawMessage `json:"data,omitempty"`
}

// HashStepID returns the hashed id under which SDKs report and memoise a step: the
// hex SHA-1 of its id, with ":n" appended for the n-th repeat (SDK specification
// 5.1.2).
func HashStepID(id string, index int) string {
	if index > 0 {
		id += ":" + strconv.Itoa(index)
	}
	sum := sha1.Sum([]byte(id))
	return hex.EncodeToString(sum[:])
}
