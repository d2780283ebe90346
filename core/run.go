package inngestkit

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// run judges the call's events and hands it to the inner client of its
// function.
func (h *webhook) run(r *http.Request, c *call) answer {
	if !h.transformsInput() {
		c.input = c.fn.receive(c.body.event, elements(c.body.events))
		switch v := c.fn.judge(c, c.input); {
		case v.reject != nil:
			return *permanent("ValidationError", v.reject.Error())
		case v.skip:
			return answer{status: http.StatusOK, body: []byte("null")}
		}
	}
	ctx, cancel := c.context(r.Context())
	defer cancel()
	c.ctx = ctx

	rec := newRecorder()
	c.fn.inner.ServeHTTP(rec, h.innerRequest(ctx, c))
	c.ended = context.Cause(ctx)
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	return answer{status: rec.status, header: rec.header, body: rec.body.Bytes()}
}

// stubEvents stand in for the events, which the host already holds: the SDK
// would pass each through JSON several times.
const stubEvents = `{"event":{"name":"inngestkit","data":{}},"events":[],"steps":`

// innerRequest is the call as the SDK is given it.
func (h *webhook) innerRequest(ctx context.Context, c *call) *http.Request {
	head := stubEvents
	if h.transformsInput() {
		head = fmt.Sprintf(`{"event":%s,"events":%s,"steps":`, orElse(c.body.event, "null"), orElse(c.body.events, "[]"))
	}
	query := url.Values{wire.QueryFunctionID: {c.fn.fullID}}
	if c.target != "" {
		query.Set(wire.QueryStepID, c.target)
	}
	req := &http.Request{
		Method: http.MethodPost,
		URL:    &url.URL{Path: "/", RawQuery: query.Encode()},
		Header: http.Header{wire.HeaderRequestID: {c.requestID}, wire.HeaderJobID: {c.jobID}},
		Body: io.NopCloser(io.MultiReader(
			strings.NewReader(head), bytes.NewReader(c.body.steps),
			strings.NewReader(`,"ctx":`), bytes.NewReader(c.body.ctx), strings.NewReader(`}`),
		)),
	}
	return req.WithContext(ctx)
}

func orElse(raw []byte, other string) string {
	if len(raw) == 0 {
		return other
	}
	return string(raw)
}

// transformsInput holds when SDK middleware may change events, which are
// then judged after it.
func (a *App) transformsInput() bool { return len(a.settings.SDKMiddleware) > 0 }
