package call

import (
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Decode finds the function, which the query names, and the parts of a call in
// the bytes of its body, which it keeps, or refuses the request.
func (a *App) Decode(r *http.Request, query url.Values, raw []byte) (*Call, *Answer) {
	body, err := split(raw)
	if err != nil {
		return nil, a.Malformed(r, "BadCall", "the body is not a call: "+err.Error())
	}
	var m meta
	if err := json.Unmarshal(body.ctx, &m); err != nil {
		return nil, a.Malformed(r, "BadCall", "the call's ctx is not an object of the expected shape")
	}
	if body.useAPI = body.useAPI || m.UseAPI; !body.useAPI && len(body.event) == 0 && len(body.events) == 0 {
		return nil, a.Malformed(r, "BadCall", "the body is not a call: it holds no event")
	}
	if len(query[wire.QueryFunctionID]) > 1 || len(query[wire.QueryStepID]) > 1 {
		return nil, a.Malformed(r, "BadCall", "the call names its function or step twice")
	}
	id := query.Get(wire.QueryFunctionID)
	fn := a.Find(id)
	if fn == nil {
		a.Settings.Logger.Error("inngestkit: called for a function that is not registered", "function", id)
		return nil, Failure(http.StatusGone, "FunctionNotFound", "function not found: "+id)
	}
	c := &Call{
		fn: fn, body: body, raw: raw, meta: m, target: query.Get(wire.QueryStepID),
		requestID: r.Header.Get(wire.HeaderRequestID), jobID: r.Header.Get(wire.HeaderJobID),
	}
	if c.target == wire.StepAny {
		c.target = ""
	}
	c.logger = a.Settings.Logger.With("app", a.Settings.AppID, "function", fn.Opts.ID, "run", m.RunID, "attempt", m.Attempt)
	return c, nil
}

// Malformed answers a verified request that makes no sense, and logs the
// reason, which quotes nothing of the body.
func (a *App) Malformed(r *http.Request, name, reason string) *Answer {
	a.Settings.Logger.Error("inngestkit: refused a request", "method", r.Method, "reason", reason)
	return Failure(http.StatusBadRequest, name, reason)
}

// split walks the body once. encoding/json lets the last of duplicate names
// win, and so does this.
func split(raw []byte) (body, error) {
	b := body{ctx: json.RawMessage("{}")}
	w := newWalker(raw)
	err := w.object(func(name string) error {
		kind := w.kind()
		switch {
		case name == "events" && kind == '[':
			return w.elements(&b.events)
		case name == "steps" && kind == '{':
			return w.members(&b.steps)
		}
		value, err := w.value()
		switch {
		case err != nil:
			return err
		case name == "event":
			b.event = value
		case name == "events":
			b.events = nil
		case name == "ctx" && kind == '{':
			b.ctx = value
		case name == "use_api":
			b.useAPI = kind == 't'
		}
		return nil
	})
	if err != nil || !w.atEnd() {
		return b, errNotObject
	}
	return b, nil
}
