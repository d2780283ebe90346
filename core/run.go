package inngestkit

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/inngestkit/inngestkit/internal/seam"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// run judges the call's events and hands it to the inner client of its
// function.
func (h *webhook) run(r *http.Request, c *call) answer {
	if !h.transformsInput() {
		c.input = c.fn.receive(c.body.event, c.body.events)
		switch v := c.fn.judge(c, c.input); {
		case v.reject != nil:
			return *permanent("ValidationError", v.reject.Error())
		case v.skip:
			return answer{status: http.StatusOK, body: []byte("null")}
		}
	}
	mendErrors(c.body.steps)
	ctx, cancel := c.context(r.Context())
	defer cancel()
	c.ctx, c.observer = ctx, seam.ObserverOf(r.Context())
	if c.repeats = seam.Replay(r.Context()); c.repeats {
		c.logger = slog.New(slog.DiscardHandler)
	}

	body := innerBodies.Get().(*[]byte) //nolint:forcetypeassert // there is nothing else in it
	*body = h.innerBody((*body)[:0], c)
	a := c.serve(innerRequest(ctx, c, *body))
	innerBodies.Put(body) // the SDK has read it, and nobody else has seen it
	c.ended = context.Cause(ctx)
	return a
}

// innerBodies are what calls are written to for the SDK.
var innerBodies = sync.Pool{New: func() any { return new([]byte) }}

// serve has the SDK run the call, in a goroutine of the call's own: user code
// that leaves it by runtime.Goexit must not take the server's along.
func (c *call) serve(r *http.Request) answer {
	none := answer{status: http.StatusInternalServerError, header: http.Header{}, body: []byte("{}")}
	rec, done := newRecorder(), make(chan answer, 1)
	go func() {
		a, left := none, true
		defer func() {
			switch v := recover(); {
			case v != nil: // of SDK middleware; a function's stops in the SDK
				c.panicked = &panicked{value: v, stack: debug.Stack()}
			case left:
				c.misused.CompareAndSwap(nil, functionLeft)
			}
			done <- a
		}()
		c.fn.inner.ServeHTTP(rec, r)
		a, left = answer{status: cmp.Or(rec.status, http.StatusOK), header: rec.header, body: rec.body.Bytes()}, false
	}()
	select {
	case a := <-done:
		return a
	case <-c.ctx.Done():
	}
	if c.misused.Load() != stepInGoroutine {
		return <-done
	}
	abandon := time.NewTimer(abandonAfter)
	defer abandon.Stop()
	select {
	case a := <-done:
		return a
	case <-abandon.C:
		return none
	}
}

// abandonAfter is how long a function may take to return once the context of a
// call has ended because of a step in a goroutine: it may wait for what that
// goroutine, which is no more, was to give it.
const abandonAfter = 100 * time.Millisecond

// innerRequest is the call as the SDK is given it.
func innerRequest(ctx context.Context, c *call, body []byte) *http.Request {
	query := url.Values{wire.QueryFunctionID: {c.fn.fullID}}
	if c.target != "" {
		query.Set(wire.QueryStepID, c.target)
	}
	req := &http.Request{
		Method: http.MethodPost,
		URL:    &url.URL{Path: "/", RawQuery: query.Encode()},
		Header: http.Header{wire.HeaderRequestID: {c.requestID}, wire.HeaderJobID: {c.jobID}},
		Body:   io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
	return req.WithContext(ctx)
}

// stubEvents stand in for the events, which the host already holds: the SDK
// would pass each through JSON several times.
const stubEvents = `{"event":{"name":"inngestkit","data":{}},"events":[],"steps":{`

// placeholder stands in for what a step left.
var placeholder = []byte("0")

// innerBody tells the SDK, in b, which steps have finished; what they left,
// which it would read twice, is given to it by the host.
func (h *webhook) innerBody(b []byte, c *call) []byte {
	if !h.transformsInput() {
		b = append(b, stubEvents...)
	} else {
		b = append(append(b, `{"event":`...), cmp.Or(string(c.body.event), "null")...)
		b = append(b, `,"events":[`...)
		for i, event := range c.body.events {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, event...)
		}
		b = append(b, `],"steps":{`...)
	}
	separator := ""
	for id, result := range c.body.steps {
		b = append(b, separator...)
		b, _ = jsontext.AppendQuote(b, id) // what is no UTF-8 is no step's id
		separator = ","
		if managerKey != nil {
			result = placeholder
		}
		b = append(append(b, ':'), result...)
	}
	return append(append(append(b, `},"ctx":`...), c.body.ctx...), '}')
}

// transformsInput holds when SDK middleware may change events, which are
// then judged after it.
func (a *App) transformsInput() bool { return len(a.settings.SDKMiddleware) > 0 }
