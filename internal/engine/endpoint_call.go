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
	job  string // the call's id
	step string // the targeted step; empty if the call targets none
}

// endpointCall returns the call that continues an endpoint's run. It repeats the
// endpoint's request, without query and body as the official server does. The
// endpoint fetches the steps.
func (e *Engine) endpointCall(c *call) outgoingEndpoint {
	out := outgoingEndpoint{run: c.run.id, job: c.id}
	out.endpointTarget, _ = readTarget(c.run.events[0].Data) // it was valid when the run started
	if c.target != nil {
		out.step = c.target.id
	}
	return out
}

// callEndpoint sends the call and reads the answer.
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
	// The official server signs the empty body. inngestgo v0.16.0 intends to
	// check the run's id, but checks the empty body too, because the id is not
	// JSON.
	e.sign(req, nil)
	res, err := e.cfg.Transport.RoundTrip(req)
	if err != nil {
		return unreachable(c.url, err)
	}
	defer res.Body.Close()
	if e.beganAnew(c, res.Header.Get(wire.HeaderRunID)) {
		a := failure("NotContinued", "the endpoint mistook the call for a new request: is the app in dev mode (INNGEST_DEV), or has it this server's signing key?")
		a.noRetry = true
		return a
	}
	return readAnswer(res, e.decodeEndpointAnswer)
}

// beganAnew reports whether an endpoint answered a call by beginning another run,
// and cancels that run. Otherwise each call would begin one more run, forever.
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

// decodeEndpointAnswer reads an endpoint's answer: steps, or the answer meant for
// its client. It accepts any bytes.
func (e *Engine) decodeEndpointAnswer(status int, header http.Header, body []byte) answer {
	switch {
	case status == http.StatusPartialContent, header.Get(wire.HeaderSDK) == "":
		return e.decodeAnswer(status, header, body)
	case status >= http.StatusInternalServerError:
		return answer{err: endpointError(status, body), output: asJSON(body)}
	}
	return answer{output: asJSON(body)}
}
