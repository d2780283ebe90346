package engine

import (
	"context"
	"net/http"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// outgoingEndpoint is a call to an endpoint.
type outgoingEndpoint struct {
	endpointTarget

	run  string
	job  string // the call's own id
	step string // that it targets, if it does
}

// endpointCall makes the call that lets an endpoint go on: its own request,
// without query and body, which the official server leaves out too. The steps
// it fetches.
func (e *Engine) endpointCall(c *call) outgoingEndpoint {
	out := outgoingEndpoint{run: c.run.id, job: c.id}
	out.endpointTarget, _ = readTarget(c.run.events[0].Data) // it was sound when it came in
	if c.target != nil {
		out.step = c.target.id
	}
	return out
}

// callEndpoint makes the call and reads the answer.
func (e *Engine) callEndpoint(c outgoingEndpoint) answer {
	ctx, cancel := context.WithTimeout(e.ctx, e.cfg.CallTimeout)
	defer cancel()
	req, err := e.newRequest(ctx, c.method, c.url, nil, c.job)
	if err != nil {
		return unreachable(c.url, err)
	}
	req.Header.Set(wire.HeaderRunID, c.run)
	if c.step != "" {
		req.Header.Set(wire.HeaderStepID, c.step)
	}
	// The official server signs the body, which is empty; inngestgo v0.16.0 means
	// to check the run's id and, as that is no JSON, checks the same.
	e.sign(req, nil)
	res, err := e.cfg.Transport.RoundTrip(req)
	if err != nil {
		return unreachable(c.url, err)
	}
	defer res.Body.Close()
	if e.beganAnew(c, res.Header.Get(wire.HeaderRunID)) {
		a := failure("NotContinued", "the endpoint took the call for a new request: is the app in dev mode (INNGEST_DEV), or has it this server's signing key?")
		a.noRetry = true
		return a
	}
	return readAnswer(res, e.decodeEndpointAnswer)
}

// beganAnew reports whether an endpoint answered a call with another run, and
// ends that: it would be called again, and begin the next, without end.
func (e *Engine) beganAnew(c outgoingEndpoint, runID string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.runs.byID[runID]
	if e.closed || r == nil || runID == c.run || r.fn.id != c.id() {
		return false
	}
	e.abort(r)
	e.pump()
	return true
}

// decodeEndpointAnswer reads an endpoint's answer: steps, or what it would have
// answered its client with. It takes any bytes.
func (e *Engine) decodeEndpointAnswer(status int, header http.Header, body []byte) answer {
	switch {
	case status == http.StatusPartialContent, header.Get(wire.HeaderSDK) == "":
		return e.decodeAnswer(status, header, body)
	case status >= http.StatusInternalServerError:
		return answer{err: endpointError(status, body), output: asJSON(body)}
	}
	return answer{output: asJSON(body)}
}
