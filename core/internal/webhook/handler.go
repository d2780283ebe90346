// Package webhook is the handler of the one route that Inngest knows. It
// verifies requests and hands calls to package call; introspection, syncs and
// trust probes are its own, because the SDK would parse their bodies before it
// checks who sent them.
package webhook

import (
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/inngestkit/inngestkit/core/internal/api"
	"github.com/inngestkit/inngestkit/core/internal/call"
	"github.com/inngestkit/inngestkit/core/internal/declare"
	"github.com/inngestkit/inngestkit/core/internal/lifecycle"
	"github.com/inngestkit/inngestkit/core/internal/settings"
	"github.com/inngestkit/inngestkit/internal/signature"
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

	lastSync   atomic.Pointer[Sync]
	unverified unverified
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
	if h.Life.Closed() {
		h.respond(w, draining())
		return
	}
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
	v, refusal := h.verifier(r)
	if refusal != nil {
		return *refusal
	}
	body, key, leave, refusal := h.enter(w, r, v)
	if refusal != nil {
		return *refusal
	}
	defer leave()
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

// enter reads and verifies a request, and counts it in: only a request that was
// let in can hold up a shutdown.
func (h *webhook) enter(w http.ResponseWriter, r *http.Request, v *signature.Verifier) (body []byte, key string, leave func(), refusal *call.Answer) {
	if body, key, refusal = h.read(w, r, v); refusal != nil {
		return nil, "", nil, refusal
	}
	leave, ok := h.Life.Enter()
	if !ok {
		busy := draining()
		return nil, "", nil, &busy
	}
	return body, key, leave, nil
}

func draining() call.Answer {
	a := call.Failure(http.StatusServiceUnavailable, "ShuttingDown", "the app is shutting down")
	a.Header.Set(wire.HeaderRetryAfter, "1")
	return *a
}
