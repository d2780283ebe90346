package engine

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// request is an HTTP request that a step asks the server to make. It contains
// keys, so it is never logged, shown or stored.
type request struct {
	method, url string
	body        []byte
	header      map[string]string
	ai          *inference // nil unless the request goes to a model
}

// inference has the additional options of a request to a model.
type inference struct{ key, format string }

// gatewayMethods are the methods that the official server accepts. Given any other
// spelling, it repeats the call and never makes the request.
var gatewayMethods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// decodeFetch reads an HTTP request (SDK specification 5.3.7). As on the official
// server, the default method is POST, and a body that is not JSON becomes a JSON
// string.
func decodeFetch(o *op) (*request, error) {
	var opts struct {
		URL     string            `json:"url"`
		Method  string            `json:"method"`
		Headers map[string]string `json:"headers"`
		Body    string            `json:"body"`
	}
	if err := decodeGateway(o, &opts); err != nil {
		return nil, err
	}
	if opts.Method == "" {
		opts.Method = http.MethodPost
	}
	if !slices.Contains(gatewayMethods, opts.Method) {
		return nil, fmt.Errorf("the method of step %q is %q; it must be one of %s", o.label(), opts.Method, strings.Join(gatewayMethods, ", "))
	}
	body := []byte(opts.Body)
	if len(body) > 0 && !json.Valid(body) {
		body = appendString(nil, opts.Body)
	}
	return &request{method: opts.Method, url: opts.URL, header: opts.Headers, body: body}, nil
}

// decodeInfer reads a request to a model (SDK specification 5.3.6).
func decodeInfer(o *op) (*request, error) {
	var opts struct {
		URL     string            `json:"url"`
		Headers map[string]string `json:"headers"`
		AuthKey string            `json:"auth_key"`
		Format  string            `json:"format"`
		Body    json.RawMessage   `json:"body"`
	}
	if err := decodeGateway(o, &opts); err != nil {
		return nil, err
	}
	return &request{
		method: http.MethodPost, url: opts.URL, header: opts.Headers, body: opts.Body,
		ai: &inference{key: opts.AuthKey, format: opts.Format},
	}, nil
}

// decodeGateway reads options. Its error does not quote them.
func decodeGateway(o *op, opts any) error {
	if len(o.Opts) > 0 && json.Unmarshal(o.Opts, opts) != nil {
		return fmt.Errorf("the options of step %q are not a request: the url, the method and the values of the headers must be strings, and so must the body of an HTTP request", o.label())
	}
	return nil
}

// beginRequest queues the request. Its first attempt counts the attempts that
// failed before a restart.
func (e *Engine) beginRequest(p *pending, r *request) {
	if e.cfg.Gateway == nil {
		e.fail(p.run, wire.CallError{Name: "InvalidStep",
			Message: fmt.Sprintf("step %q asks for an HTTP request, but this server makes none", p.name)})
		return
	}
	p.request = r
	p.call = &call{run: p.run, target: p, attempt: p.step().attempts}
	e.queue.push(e.clock.Now(), p.call)
}

// requested returns a function that makes the step's request, or nil if the call
// goes to the app.
func (e *Engine) requested(c *call) func() answer {
	if c.target == nil || c.target.request == nil {
		return nil
	}
	r, step := c.target.request, c.target.stepCall(c.attempt)
	return func() answer { return e.fetch(r).ran(step) }
}

// firstRequest returns the call of the run's earliest request, or nil. The store
// does not have requests: after a restart the function must report them again.
func (r *run) firstRequest() (first *call) {
	for _, p := range r.pending {
		if p.request != nil && (first == nil || p.call.next.Before(first.next)) {
			first = p.call
		}
	}
	return first
}
