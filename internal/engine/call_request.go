package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// outgoing is a call with everything that it carries. It is copied under the
// lock and sent without it.
type outgoing struct {
	url    string
	fn     string
	id     string
	ctx    wire.CallContext
	events []*event
	memos  []memo
	done   int // number of memos that are results
}

func (e *Engine) snapshot(c *call) outgoing {
	r := c.run
	fn := e.registry.current(r.fn)
	stepID := wire.StepAny
	if c.target != nil {
		stepID = c.target.id
	}
	attempts := fn.attempts
	memos, done := r.carried()
	out := outgoing{
		url: callURL(fn, stepID), fn: fn.id, id: c.id, events: r.events,
		memos: memos, done: done,
		ctx: wire.CallContext{
			RunID: r.id, FunctionID: fn.uuid, StepID: stepID, // no environment: a dev server has only one
			Attempt: c.attempt, MaxAttempts: &attempts,
			DisableImmediateExecution: r.parallel, QueueItemRef: c.id,
		},
	}
	if e.cfg.Hooks.Call != nil {
		e.cfg.Hooks.Call(fn.id, &out.ctx)
	}
	return out
}

func callURL(fn *function, stepID string) string {
	u := *fn.url
	q := u.Query()
	q.Set(wire.QueryFunctionID, fn.id)
	q.Set(wire.QueryStepID, stepID)
	u.RawQuery = q.Encode()
	return u.String()
}

// body returns a wire.CallRequest as JSON. Events and memos are valid JSON and
// may have many megabytes, so body copies them instead of marshalling them. If
// they exceed the limit, the app must fetch them. Like the official server, body
// then leaves out the steps and, if the events alone exceed the limit, all events
// except the first.
func (r outgoing) body(limit int) []byte {
	r.ctx.Stack = wire.CallStack{Stack: make([]string, r.done), Current: r.done}
	for i, m := range r.memos[:r.done] {
		r.ctx.Stack.Stack[i] = m.id
	}
	size := stateSize(r.events, r.memos)
	r.ctx.UseAPI = r.ctx.UseAPI || size > limit
	ctx, _ := json.Marshal(r.ctx) // strings and numbers always marshal
	events, memos := r.events, r.memos
	if r.ctx.UseAPI {
		if memos, size = nil, stateSize(events, nil); size > limit {
			events, size = nil, 0
		}
	}
	b := append(make([]byte, 0, size+len(ctx)+len(r.events[0].raw)+1024), `{"version":`...)
	b = append(strconv.AppendInt(b, wire.OwnVersion, 10), `,"ctx":`...)
	b = append(append(append(b, ctx...), `,"event":`...), r.events[0].raw...)
	b = append(appendBatch(append(b, `,"events":`...), events), `,"steps":`...)
	b = append(appendSteps(b, memos), `,"use_api":`...)
	return append(strconv.AppendBool(b, r.ctx.UseAPI), '}')
}

// send sends the HTTP request (SDK specification 4.4.1) and reads the answer.
func (e *Engine) send(r outgoing) answer {
	ctx, cancel := context.WithTimeout(e.ctx, e.cfg.CallTimeout)
	defer cancel()
	res, err := e.request(ctx, http.MethodPost, r.url, r.body(e.cfg.SendBytes), r.id)
	if err != nil {
		return unreachable(r.url, err)
	}
	defer res.Body.Close()
	return readAnswer(res, e.decodeAnswer)
}

// request sends body to an app. With a signing key it sends and signs the
// canonical form of body, over which SDKs check signatures. It follows no
// redirects: a transport never does.
func (e *Engine) request(ctx context.Context, method, to string, body []byte, id string) (*http.Response, error) {
	if e.cfg.SigningKey != "" {
		body = signature.Canonical(body)
	}
	req, err := e.newRequest(ctx, method, to, body, id)
	if err != nil {
		return nil, err
	}
	e.sign(req, body)
	return e.cfg.Transport.RoundTrip(req)
}

// newRequest returns a request with the headers that all requests have.
func (e *Engine) newRequest(ctx context.Context, method, to string, body []byte, id string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, to, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if u := req.URL; u.User != nil {
		password, _ := u.User.Password()
		req.SetBasicAuth(u.User.Username(), password)
		req.URL = withoutUser(u)
	}
	h := req.Header
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "inngestkit")
	h.Set(wire.HeaderServerKind, wire.ServerKindDev)
	if id != "" {
		h.Set(wire.HeaderRequestID, id)
		h.Set(wire.HeaderJobID, id)
	}
	return req, nil
}

// sign signs content if there is a signing key.
func (e *Engine) sign(req *http.Request, content []byte) {
	if key := e.cfg.SigningKey; key != "" {
		req.Header.Set(wire.HeaderSignature, signature.Sign(key, content, e.clock.Now()))
	}
}

func withoutUser(u *url.URL) *url.URL {
	clean := *u
	clean.User = nil
	return &clean
}
