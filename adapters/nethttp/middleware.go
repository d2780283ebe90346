package inngesthttp

import (
	"net/http"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// MiddlewareOption is an option of Middleware.
type MiddlewareOption func(*middleware)

type middleware struct {
	app    *inngestkit.App
	key    inngestkit.IdempotencyKey
	caller func(*http.Request) string
}

// WithIdempotencyKey derives event ids from a request's idempotency key, so
// that a client's retry starts the work once. The function caller names the
// user or tenant; install Middleware after the one that finds that out.
func WithIdempotencyKey(k inngestkit.IdempotencyKey, caller func(*http.Request) string) MiddlewareOption {
	return func(m *middleware) { m.key, m.caller = k, caller }
}

// Middleware opens the request scope: Send finds the app's sender in the
// request's context, and what Enqueue collects is sent when the handler has
// succeeded, before its answer leaves. It is safe for concurrent use.
func Middleware(app *inngestkit.App, options ...MiddlewareOption) func(http.Handler) http.Handler {
	m := &middleware{app: app}
	for _, option := range options {
		option(m)
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { m.serve(w, r, next) })
	}
}

func (m *middleware) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	var options []inngestkit.ScopeOption
	if m.caller != nil {
		asked := r
		options = append(options, inngestkit.WithIdempotencyKey(m.key, func() string { return m.caller(asked) }))
	}
	r, scope := m.app.OpenScope(r, options...)
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
