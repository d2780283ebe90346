package inngestkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// HandlerOption is an option of App.Handler.
type HandlerOption func(*webhook)

// WithFramework names the framework that the handler is mounted in, for
// Inngest's dashboard. The adapters set it. Defaults to "nethttp".
func WithFramework(name string) HandlerOption { return func(h *webhook) { h.framework = name } }

// WithRoute tells the handler its route, for the line logged when it is
// mounted. The adapters set it.
func WithRoute(path string) HandlerOption { return func(h *webhook) { h.route = path } }

// webhook is the handler of the one route that Inngest knows.
type webhook struct {
	*App
	framework string
	route     string
	bound     sync.Once // the server's timeouts could not be lifted
}

// Handler is the app's webhook: Inngest calls functions by POST, syncs the app
// by PUT and inspects it by GET; any other method is answered 405. It may be
// mounted at any path and needs the request's body unread.
func (a *App) Handler(options ...HandlerOption) http.Handler {
	h := &webhook{App: a, framework: "nethttp"}
	for _, option := range options {
		option(h)
	}
	a.framework.Store(&h.framework)
	if h.route != "" {
		a.mount(h.route)
		a.settings.Logger.Info("inngestkit: mounted",
			"app", a.settings.AppID, "framework", h.framework, "path", h.route,
			"mode", string(a.settings.Mode), "mode_from", a.settings.modeSource,
			"functions", len(a.sorted()))
	}
	return h
}

// ServeHTTP sends a request to its stage.
func (h *webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	release, ok := h.life.admit()
	if !ok {
		h.respond(w, draining())
		return
	}
	defer release()

	switch r.Method {
	case http.MethodPost:
		h.respond(w, h.post(w, r))
	case http.MethodPut:
		h.respond(w, h.put(w, r))
	case http.MethodGet:
		h.respond(w, h.get(r))
	default:
		h.respond(w, answer{status: http.StatusMethodNotAllowed, header: http.Header{"Allow": {"GET, POST, PUT"}}})
	}
}

// post is the way of a call, stage by stage.
func (h *webhook) post(w http.ResponseWriter, r *http.Request) answer {
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
	c, refusal := h.decode(r, query, body)
	if refusal != nil {
		return *refusal
	}
	h.unbind(w, r)
	defer bind(w, r)
	defer h.life.follow(c)()
	return h.flights.once(r.Context(), c, body, func() answer {
		if refusal := h.hydrate(r.Context(), c); refusal != nil {
			return *refusal
		}
		if again, ok := c.stored(); ok {
			return again
		}
		return settle(c, h.run(r, c))
	})
}

// maxTrustedLength bounds the memory set aside on the word of a request that
// nobody has vouched for yet.
const maxTrustedLength = 1 << 20

// read takes the whole body, up to the limit.
func (h *webhook) read(w http.ResponseWriter, r *http.Request) ([]byte, *answer) {
	var buf bytes.Buffer
	source := r.Body
	if source == nil { // a request that no server has read
		source = http.NoBody
	}
	if r.ContentLength > 0 {
		buf.Grow(int(min(r.ContentLength, maxTrustedLength)) + bytes.MinRead)
	}
	_, err := buf.ReadFrom(http.MaxBytesReader(w, source, h.settings.MaxBodyBytes))
	body := buf.Bytes()
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		why := h.limitOf(tooLarge)
		h.settings.Logger.Error("inngestkit: refused a request: "+why, "path", r.URL.Path)
		return nil, failure(http.StatusRequestEntityTooLarge, "BodyTooLarge", why)
	case errors.Is(err, http.ErrBodyReadAfterClose), err == nil && consumed(r, len(body)):
		h.settings.Logger.Error("inngestkit: the request's body was already consumed before the webhook; exempt the webhook from the middleware that reads bodies", "path", r.URL.Path)
		return nil, failure(http.StatusInternalServerError, "BodyConsumed", "the body was already consumed by middleware before it reached the webhook")
	case err != nil:
		h.settings.Logger.Error("inngestkit: a request's body could not be read to its end", "path", r.URL.Path, "error", err.Error())
		return nil, failure(http.StatusBadRequest, "BodyUnreadable", "the body could not be read to its end")
	}
	return body, nil
}

// limitOf says whose limit a body exceeds. One of nobody's size is that of
// middleware that does not tell it.
func (h *webhook) limitOf(e *http.MaxBytesError) string {
	switch e.Limit {
	case h.settings.MaxBodyBytes:
		return fmt.Sprintf("the body exceeds Config.MaxBodyBytes, %d bytes", e.Limit)
	case 0:
		return "the body exceeds a limit that stands before the webhook; exempt the webhook from the middleware that limits bodies"
	}
	return fmt.Sprintf("the body exceeds a limit of %d bytes that stands before the webhook; exempt the webhook from the middleware that limits bodies", e.Limit)
}

// consumed holds when something upstream has read the body or some of it: less
// is left than was announced, or nothing of a call that came in chunks. Of a
// compressed body, which middleware may have opened, only nothing says so.
func consumed(r *http.Request, left int) bool {
	if r.ContentLength < 0 {
		return left == 0 && r.Method == http.MethodPost
	}
	if r.Header.Get("Content-Encoding") != "" {
		return left == 0 && r.ContentLength > 0
	}
	return int64(left) < r.ContentLength
}

// answer is what leaves the webhook.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// failure is an answer that Inngest retries.
func failure(status int, name, message string) *answer {
	return &answer{status: status, header: http.Header{wire.HeaderNoRetry: {"false"}}, body: errorBody(wire.CallError{Name: name, Message: message})}
}

// permanent is an answer that Inngest does not retry (SDK specification
// 4.4.3).
func permanent(name, message string) *answer {
	a := failure(http.StatusBadRequest, name, message)
	a.header.Set(wire.HeaderNoRetry, "true")
	return a
}

func errorBody(e wire.CallError) []byte {
	b, _ := json.Marshal(e) // strings always marshal
	return b
}

func draining() answer {
	a := failure(http.StatusServiceUnavailable, "ShuttingDown", "the app is shutting down")
	a.header.Set(wire.HeaderRetryAfter, "1")
	return *a
}
