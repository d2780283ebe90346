package sdk

import (
	"bytes"
	"encoding/json"
	"strings"
)

// CompleteErrors gives stored step errors the shape that the SDK can hand to
// the function. Without a data field the SDK fails every attempt of the call
// instead (inngestgo v0.16.0), so that no function can handle the error.
func CompleteErrors(steps map[string]json.RawMessage) {
	for id, result := range steps {
		if !bytes.Contains(result, []byte(`"error"`)) {
			continue // most results, without a second walk
		}
		var stored map[string]json.RawMessage
		if json.Unmarshal(result, &stored) != nil {
			continue
		}
		failed, ok := stored["error"]
		if !ok {
			continue
		}
		if bytes.Equal(failed, []byte("null")) {
			delete(stored, "error")
		} else if stored["error"], ok = completeError(failed); !ok {
			continue
		}
		if completed, err := json.Marshal(stored); err == nil {
			steps[id] = completed
		}
	}
}

// completeError adds the fields that a stored error lacks, and reports whether
// it lacked any.
func completeError(raw json.RawMessage) (json.RawMessage, bool) {
	fields := map[string]json.RawMessage{}
	if json.Unmarshal(raw, &fields) != nil {
		message := raw // some SDKs store only the message
		if raw[0] != '"' {
			message, _ = json.Marshal(string(raw))
		}
		fields = map[string]json.RawMessage{"name": json.RawMessage(`"Error"`), "message": message}
	}
	if _, ok := fields["data"]; ok {
		return raw, false
	}
	fields["data"] = json.RawMessage("null")
	completed, err := json.Marshal(fields)
	return completed, err == nil
}

// Unreadable reads the SDK's error about a step's result that does not fit the
// step's type. The name is the one in quotes: a step's id, or the event, signal
// or function of its options. The reason begins with a colon.
func Unreadable(message string) (name, reason string, ok bool) {
	_, rest, ok := strings.Cut(message, "error unmarshalling ")
	if !ok {
		return "", "", false
	}
	_, rest, _ = strings.Cut(rest, "'")
	name, reason, _ = strings.Cut(rest, "'")
	return name, reason, true
}
