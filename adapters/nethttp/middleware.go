package inngesthttp

import (
	"context"
	"errors"
	"net/http"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// MiddlewareOption is an option of Middleware.
type MiddlewareOption func(*middleware)

type middleware struct {
	app    *inngestkit.App
	policy inngestkit.IdempotencyPolicy
	caller func(*http.Request) string
	derive func(*http.Request) context.Context
}

// WithIdempotencyKey derives event ids from a request's idempotency key, so
// that a client's retry starts the work once. The function caller names the
// user or tenant, so that two of them may use the same key; install Middleware
// after the middleware that finds that out. It is called when the first event
// is sent. If it returns "", no ids are derived. Defaults to no derived ids.
func WithIdempotencyKey(p inngestkit.IdempotencyPolicy, caller func(*http.Request) string) MiddlewareOption {
	return func(m *middleware) { m.policy, m.caller = p, caller }
}

// WithContext derives the request's context by the function derive, which may
// add values for functions and libraries to find. The context must come from
// r.Context(): a nil context is answered 500 and logged. Defaults to the request's own context.
func WithContext(derive func(r *http.Request) context.Context) MiddlewareOption {
	return func(m *middleware) { m.derive = derive }
}

// Middleware opens the request scope: [Send] finds the app's sender in the
// request's context, and the events of [Enqueue] are sent when the handler has
// succeeded, before its answer leaves. It is safe for concurrent use, and panics
// if app is nil.
func Middleware(app *inngestkit.App, options ...MiddlewareOption) func(http.Handler) http.Handler {
	adapter.Require(app, "inngesthttp.Middleware")
	m := &middleware{app: app}
	for _, option := range options {
		option(m)
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { m.serve(w, r, next) })
	}
}

var errContext = errors.New("inngesthttp: the function of WithContext returned nil; derive a context from r.Context()")

func (m *middleware) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if m.derive != nil {
		ctx := m.derive(r)
		if ctx == nil {
			adapter.Logger(m.app).Error(errContext.Error(), "method", r.Method, "path", r.URL.Path)
			Error(w, r, errContext)
			return
		}
		r = r.WithContext(ctx)
	}
	var options []adapter.ScopeOption
	if m.caller != nil {
		asked := r
		options = append(options, adapter.WithIdempotencyKey(m.policy, func() string { return m.caller(asked) }))
	}
	r, scope := adapter.OpenScope(m.app, r, options...)
	hold := scope.Hold(w, r, nil)
	returned := false
	defer func() {
		if !returned {
			hold.Fail("its handler panicked")
		}
	}()
	next.ServeHTTP(hold, r)
	returned = true
	if err := hold.Finish(); err != nil {
		Error(w, r, err)
	}
}
