package inngestkit

import (
	"bytes"
	"encoding/json"
)

// mendErrors gives stored step errors the shape that the SDK can hand to the
// function. Without a data field it fails every attempt of the call instead
// (inngestgo v0.16.0), so that no function can handle the error.
func mendErrors(steps map[string]json.RawMessage) {
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
		} else if stored["error"], ok = mendError(failed); !ok {
			continue
		}
		if mended, err := json.Marshal(stored); err == nil {
			steps[id] = mended
		}
	}
}

// mendError adds what a stored error lacks, and reports whether it lacked
// anything.
func mendError(raw json.RawMessage) (json.RawMessage, bool) {
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
	mended, err := json.Marshal(fields)
	return mended, err == nil
}
