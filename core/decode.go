package inngestkit

import (
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// callBody is where a call's parts lie in its body; nothing is copied.
type callBody struct {
	event  json.RawMessage
	events []json.RawMessage
	steps  map[string]json.RawMessage // what finished steps left, by hashed id
	ctx    json.RawMessage
	useAPI bool
}

// decode finds the function, which the query names, and the parts of a call.
func (h *webhook) decode(r *http.Request, query url.Values, raw []byte) (*call, *answer) {
	body, err := split(raw)
	if err != nil {
		return nil, h.malformed(r, "BadCall", "the body is not a call: "+err.Error())
	}
	var meta callMeta
	if err := json.Unmarshal(body.ctx, &meta); err != nil {
		return nil, h.malformed(r, "BadCall", "the call's ctx is not an object of the expected shape")
	}
	if body.useAPI = body.useAPI || meta.UseAPI; !body.useAPI && len(body.event) == 0 && len(body.events) == 0 {
		return nil, h.malformed(r, "BadCall", "the body is not a call: it holds no event")
	}
	if len(query[wire.QueryFunctionID]) > 1 || len(query[wire.QueryStepID]) > 1 {
		return nil, h.malformed(r, "BadCall", "the call names its function or step twice")
	}
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
	c.logger = h.settings.Logger.With("app", h.settings.AppID, "function", fn.spec.opts.ID, "run", meta.RunID, "attempt", meta.Attempt)
	return c, nil
}

// split walks the body once. encoding/json lets the last of duplicate names
// win, and so does this.
func split(raw []byte) (callBody, error) {
	body := callBody{ctx: json.RawMessage("{}")}
	w := newWalker(raw)
	err := w.object(func(name string) error {
		kind := w.kind()
		switch {
		case name == "events" && kind == '[':
			return w.elements(&body.events)
		case name == "steps" && kind == '{':
			return w.members(&body.steps)
		}
		value, err := w.value()
		switch {
		case err != nil:
			return err
		case name == "event":
			body.event = value
		case name == "events":
			body.events = nil
		case name == "ctx" && kind == '{':
			body.ctx = value
		case name == "use_api":
			body.useAPI = kind == 't'
		}
		return nil
	})
	if err != nil || !w.atEnd() {
		return body, errNotObject
	}
	return body, nil
}
