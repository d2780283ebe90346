// Package webhook is the handler of the one route that Inngest knows. It
// verifies requests and hands calls to package call; introspection, syncs and
// trust probes are its own, because the SDK would parse their bodies before it
// checks who sent them.
package webhook

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/inngestkit/inngestkit/core/internal/api"
	"github.com/inngestkit/inngestkit/core/internal/call"
	"github.com/inngestkit/inngestkit/core/internal/declare"
	"github.com/inngestkit/inngestkit/core/internal/lifecycle"
	"github.com/inngestkit/inngestkit/core/internal/settings"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// App is the part of an application that the webhook uses. It is safe for concurrent
// use.
type App struct {
	Settings *settings.Settings
	Life     *lifecycle.Life
	API      *api.Client
	Calls    *call.App
	// Functions returns all functions, sorted by id.
	Functions func() []*call.Function
	// Known returns the definitions that the app knows, sorted by name.
	Known func() []*declare.Event
	// Unserved counts functions that were created with the SDK client for users,
	// which nothing serves.
	Unserved func() int

	lastSync atomic.Pointer[Sync]
}

// Handler returns the webhook, mounted in a framework.
func (a *App) Handler(framework string) http.Handler { return &webhook{App: a, framework: framework} }

type webhook struct {
	*App
	framework string
	bound     sync.Once // the server's timeouts could not be lifted
}

// ServeHTTP hands a request to its stage.
func (h *webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	leave, ok := h.Life.Enter()
	if !ok {
		h.respond(w, draining())
		return
	}
	defer leave()

	switch r.Method {
	case http.MethodPost:
		h.respond(w, h.post(w, r))
	case http.MethodPut:
		h.respond(w, h.put(w, r))
	case http.MethodGet:
		h.respond(w, h.get(r))
	default:
		h.respond(w, call.Answer{Status: http.StatusMethodNotAllowed, Header: http.Header{"Allow": {"GET, POST, PUT"}}})
	}
}

// post is the way of a call to its function, stage by stage.
func (h *webhook) post(w http.ResponseWriter, r *http.Request) call.Answer {
	if refusal := h.glance(r); refusal != nil {
		return *refusal
	}
	body, refusal := h.read(w, r)
	if refusal != nil {
		return *refusal
	}
	key, refusal := h.verify(r, body)
	if refusal != nil {
		return *refusal
	}
	query := r.URL.Query()
	if query.Get(wire.QueryProbe) == wire.ProbeTrust {
		return h.trust(key)
	}
	c, refusal := h.Calls.Decode(r, query, body)
	if refusal != nil {
		return *refusal
	}
	h.liftTimeouts(w, r)
	defer limitWriting(w, r)
	defer h.Life.Follow(c.Logger())()
	return c.Serve(r)
}

// maxTrustedLength bounds the memory, in bytes, that is allocated for the
// announced length of an unverified request.
const maxTrustedLength = 1 << 20

// read takes the whole body, up to the limit.
func (h *webhook) read(w http.ResponseWriter, r *http.Request) ([]byte, *call.Answer) {
	var buf bytes.Buffer
	source := r.Body
	if source == nil { // a request that no server has read
		source = http.NoBody
	}
	if r.ContentLength > 0 {
		buf.Grow(int(min(r.ContentLength, maxTrustedLength)) + bytes.MinRead)
	}
	_, err := buf.ReadFrom(http.MaxBytesReader(w, source, h.Settings.MaxBodyBytes))
	body := buf.Bytes()
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		why := h.limitOf(tooLarge)
		h.Settings.Logger.Error("inngestkit: refused a request: "+why, "path", r.URL.Path)
		return nil, call.Failure(http.StatusRequestEntityTooLarge, "BodyTooLarge", why)
	case errors.Is(err, http.ErrBodyReadAfterClose), err == nil && consumed(r, len(body)):
		h.Settings.Logger.Error("inngestkit: the request's body was already consumed before the webhook; exempt the webhook from the middleware that reads bodies", "path", r.URL.Path)
		return nil, call.Failure(http.StatusInternalServerError, "BodyConsumed", "the body was already consumed by middleware before it reached the webhook")
	case err != nil:
		h.Settings.Logger.Error("inngestkit: a request's body could not be read to its end", "path", r.URL.Path, "error", err.Error())
		return nil, call.Failure(http.StatusBadRequest, "BodyUnreadable", "the body could not be read to its end")
	}
	return body, nil
}

// limitOf says whose limit a body exceeds. A limit of 0 comes from middleware
// that does not report its size.
func (h *webhook) limitOf(e *http.MaxBytesError) string {
	switch e.Limit {
	case h.Settings.MaxBodyBytes:
		return fmt.Sprintf("the body exceeds Config.MaxBodyBytes, %d bytes", e.Limit)
	case 0:
		return "the body exceeds a limit set before the webhook; exempt the webhook from the middleware that limits bodies"
	}
	return fmt.Sprintf("the body exceeds a limit of %d bytes set before the webhook; exempt the webhook from the middleware that limits bodies", e.Limit)
}

// consumed reports whether middleware has read the body or part of it: less is
// left than the length announced, or nothing of a call in chunks. Middleware may
// have unpacked a compressed body, so only an empty rest says so.
func consumed(r *http.Request, left int) bool {
	if r.ContentLength < 0 {
		return left == 0 && r.Method == http.MethodPost
	}
	if r.Header.Get("Content-Encoding") != "" {
		return left == 0 && r.ContentLength > 0
	}
	return int64(left) < r.ContentLength
}

func draining() call.Answer {
	a := call.Failure(http.StatusServiceUnavailable, "ShuttingDown", "the app is shutting down")
	a.Header.Set(wire.HeaderRetryAfter, "1")
	return *a
}
