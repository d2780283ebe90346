package engine

import (
	"encoding/json"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// data returns the memo of a successful step.
func data(raw json.RawMessage) json.RawMessage { return wrap("data", raw) }

func wrap(key string, raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 {
		raw = json.RawMessage("null")
	}
	b := append(make([]byte, 0, len(raw)+len(key)+6), `{"`...)
	b = append(append(append(b, key...), `":`...), raw...)
	return append(b, '}')
}

// memoError returns the memo of a failed step.
func memoError(err *wire.StepError) json.RawMessage {
	if err == nil {
		err = &wire.StepError{Name: "Error", Message: "the step failed without an error"}
	}
	raw, _ := json.Marshal(err) // Data is valid JSON
	return wrap("error", raw)
}

// stepError returns a step's error for a failure in the engine.
func stepError(name, message string) *wire.StepError {
	return &wire.StepError{Name: name, Message: message}
}
