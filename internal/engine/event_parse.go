package engine

import (
	"bytes"
	"encoding/json"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// ParseEvents parses the body of an event request: one event or an array of
// events. Errors are *RequestError.
func ParseEvents(body []byte) ([]wire.Event, error) {
	if len(body) > wire.MaxRequestBytes {
		return nil, tooLarge("the request is larger than %d bytes", wire.MaxRequestBytes)
	}
	body = bytes.TrimSpace(body)
	var raws []json.RawMessage
	switch {
	case len(body) == 0:
		return nil, badRequest("the request has no event")
	case body[0] == '[':
		if err := json.Unmarshal(body, &raws); err != nil {
			return nil, badRequest("the body is not a JSON array of events: %v", err)
		}
	default:
		raws = []json.RawMessage{body}
	}
	if len(raws) > wire.MaxRequestEvents {
		return nil, badRequest("the request has %d events; at most %d are allowed", len(raws), wire.MaxRequestEvents)
	}
	events := make([]wire.Event, len(raws))
	for i, raw := range raws {
		if len(raw) > wire.MaxEventBytes {
			return nil, tooLarge("the event at index %d is larger than %d bytes", i, wire.MaxEventBytes)
		}
		if raw[0] != '{' && json.Valid(raw) {
			return nil, badRequest("the event at index %d is not a JSON object", i)
		}
		if err := json.Unmarshal(raw, &events[i]); err != nil {
			return nil, badRequest("the event at index %d is not valid: %v", i, err)
		}
	}
	return events, nil
}
