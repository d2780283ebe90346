package inngesthttp

import (
	"context"
	"errors"
	"net/http"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// MiddlewareOption is an option of [Middleware].
type MiddlewareOption func(*middleware)

type middleware struct {
	app    *inngestkit.App
	policy inngestkit.IdempotencyPolicy
	caller func(*http.Request) string
	derive func(*http.Request) context.Context
}

// WithIdempotencyKey derives event ids from a request's idempotency key, so that
// the work of a repeated request starts once. The function caller names the user
// or tenant, so that the keys of two tenants never meet. It receives the request
// as Middleware received it: install Middleware inside the middleware that finds
// out the user. The middleware calls it when the first event is sent or enqueued.
// If it returns "", no ids are derived. Defaults to no derived ids.
func WithIdempotencyKey(p inngestkit.IdempotencyPolicy, caller func(*http.Request) string) MiddlewareOption {
	return func(m *middleware) { m.policy, m.caller = p, caller }
}

// WithContext derives the request's context with the function derive. Use it to
// add values for functions and libraries. Derive the context from r.Context(). A
// nil context is answered 500, and the app's log has the reason. Defaults to the
// request's own context.
func WithContext(derive func(r *http.Request) context.Context) MiddlewareOption {
	return func(m *middleware) { m.derive = derive }
}

// Middleware gives each request the app's sender. [Send] finds it in the request's
// context. The events of [Enqueue] are sent when the handler has succeeded, before
// its answer leaves. Middleware is safe for concurrent use. It panics if app is
// nil.
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
