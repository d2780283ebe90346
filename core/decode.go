package inngestkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// callBody is where a call's parts lie in its body; nothing is copied.
type callBody struct {
	event  json.RawMessage
	events json.RawMessage
	steps  json.RawMessage
	ctx    json.RawMessage
	useAPI bool
}

// decode finds the function and the parts of a call.
func (h *webhook) decode(r *http.Request, raw []byte) (*call, *answer) {
	body, err := split(raw)
	if err != nil {
		return nil, failure(http.StatusBadRequest, "BadCall", "the body is not a call: "+err.Error())
	}
	var meta callMeta
	if err := json.Unmarshal(body.ctx, &meta); err != nil {
		return nil, failure(http.StatusBadRequest, "BadCall", "the call's ctx is not an object of the expected shape")
	}
	if body.useAPI = body.useAPI || meta.UseAPI; !body.useAPI && len(body.event) == 0 && len(body.events) == 0 {
		return nil, failure(http.StatusBadRequest, "BadCall", "the body is not a call: it holds no event")
	}
	query := r.URL.Query()
	id := query.Get(wire.QueryFunctionID)
	fn := h.lookup(id)
	if fn == nil {
		h.settings.Logger.Error("inngestkit: called for a function that is not registered", "function", id)
		return nil, failure(http.StatusGone, "FunctionNotFound", "function not found: "+id)
	}
	c := &call{
		fn: fn, body: body, meta: meta, target: query.Get(wire.QueryStepID),
		requestID: r.Header.Get(wire.HeaderRequestID), jobID: r.Header.Get(wire.HeaderJobID),
	}
	if c.target == wire.StepAny {
		c.target = ""
	}
	c.memoised = sync.OnceValue(func() (n int) {
		_ = members(c.body.steps, func(string, json.RawMessage) { n++ })
		return n
	})
	c.logger = h.settings.Logger.With("app", h.settings.AppID, "function", fn.spec.opts.ID, "run", meta.RunID, "attempt", meta.Attempt)
	return c, nil
}

var errNotObject = errors.New("it is not a JSON object")

// split walks the body once. encoding/json lets the last of duplicate names
// win, and so does this.
func split(raw []byte) (callBody, error) {
	body := callBody{steps: json.RawMessage("{}"), ctx: json.RawMessage("{}")}
	err := members(raw, func(name string, value json.RawMessage) {
		object := value[0] == '{'
		switch {
		case name == "event":
			body.event = value
		case name == "events":
			body.events = value
		case name == "steps" && object:
			body.steps = value
		case name == "ctx" && object:
			body.ctx = value
		case name == "use_api":
			body.useAPI = value[0] == 't'
		}
	})
	if err != nil {
		return body, err
	}
	return body, nil
}

// elements are the spans of an array, or none of anything else.
func elements(raw json.RawMessage) []json.RawMessage {
	if len(raw) == 0 || raw[0] != '[' {
		return nil
	}
	dec := newDecoder(raw)
	if _, err := dec.ReadToken(); err != nil {
		return nil
	}
	var all []json.RawMessage
	for dec.PeekKind() != ']' {
		value, err := dec.ReadValue()
		if err != nil {
			return nil
		}
		end := int(dec.InputOffset())
		all = append(all, raw[end-len(value):end])
	}
	return all
}

// member is the value of one name in an object.
func member(raw json.RawMessage, name string) (found json.RawMessage, ok bool) {
	_ = members(raw, func(n string, value json.RawMessage) {
		if n == name {
			found, ok = value, true
		}
	})
	return found, ok
}

// members calls f with the span of each member of an object.
func members(raw []byte, f func(name string, value json.RawMessage)) error {
	dec := newDecoder(raw)
	if tok, err := dec.ReadToken(); err != nil || tok.Kind() != '{' {
		return errNotObject
	}
	for dec.PeekKind() != '}' {
		tok, err := dec.ReadToken()
		if err != nil {
			return errNotObject
		}
		name := tok.String()
		value, err := dec.ReadValue()
		if err != nil {
			return errNotObject
		}
		end := int(dec.InputOffset())
		f(name, json.RawMessage(raw[end-len(value):end]))
	}
	if _, err := dec.ReadToken(); err != nil || int(dec.InputOffset()) != len(bytes.TrimRight(raw, " \t\r\n")) {
		return errNotObject
	}
	return nil
}

func newDecoder(raw []byte) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewBuffer(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}
