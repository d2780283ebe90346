package inngestgin

import (
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// MiddlewareOption is an option of [Middleware].
type MiddlewareOption func(*middleware)

type middleware struct {
	app    *inngestkit.App
	policy inngestkit.IdempotencyPolicy
	caller func(*gin.Context) string
	derive func(*gin.Context) context.Context
}

// WithIdempotencyKey derives event ids from a request's idempotency key, so that
// the work of a repeated request starts once. The function caller names the user
// or tenant, such as c.GetString("user"), so that the keys of two tenants never
// meet. The middleware calls it when the first event is sent or enqueued. If it
// returns "", no ids are derived. Defaults to no derived ids.
func WithIdempotencyKey(p inngestkit.IdempotencyPolicy, caller func(*gin.Context) string) MiddlewareOption {
	return func(m *middleware) { m.policy, m.caller = p, caller }
}

// WithContext derives the request's context with the function derive. Use it to
// copy values of c.Set to a place where functions and libraries find them. Derive
// the context from c.Request.Context(). It must not be or contain c, which Gin
// uses again for another request. Such a context, or a nil one, is answered 500,
// and c.Errors has the reason. Defaults to the request's own context.
func WithContext(derive func(c *gin.Context) context.Context) MiddlewareOption {
	return func(m *middleware) { m.derive = derive }
}

// Middleware gives each request the app's sender. [Send] finds it in the request's
// context. The events of [Enqueue] are sent when the handlers have succeeded,
// before the answer leaves. [inngestkit.Send] and [inngestkit.Enqueue] accept the
// *gin.Context too, with and without the engine's ContextWithFallback. Middleware
// is safe for concurrent use. It panics if app is nil.
func Middleware(app *inngestkit.App, options ...MiddlewareOption) gin.HandlerFunc {
	adapter.Require(app, "inngestgin.Middleware")
	m := &middleware{app: app}
	for _, option := range options {
		option(m)
	}
	return m.serve
}

// errContext is a mistake that would show the values of one request to another.
var errContext = errors.New("inngestgin: the context that WithContext's function returned is, or holds, the *gin.Context, which Gin uses again for another request; derive it from c.Request.Context()")

func (m *middleware) serve(c *gin.Context) {
	if m.derive != nil {
		ctx := m.derive(c)
		if ctx == nil || ctx.Value(gin.ContextKey) != nil {
			Abort(c, errContext)
			return
		}
		c.Request = c.Request.WithContext(ctx)
	}
	var options []adapter.ScopeOption
	if m.caller != nil {
		options = append(options, adapter.WithIdempotencyKey(m.policy, func() string { return m.caller(c) }))
	}
	r, scope := adapter.OpenScope(m.app, c.Request, options...)
	c.Request = r
	c.Set(adapter.SenderKey, scope)

	base := c.Writer
	failed := func() bool { return len(c.Errors) > 0 }
	w := &writer{ResponseWriter: base, hold: scope.Hold(base, r, failed)}
	c.Writer = w
	returned := false
	defer func() {
		c.Writer = base
		if !returned {
			fail(c, w, "its handler panicked")
		}
	}()
	c.Next()
	returned = true
	c.Writer = base
	m.finish(c, w, failed())
}

func (m *middleware) finish(c *gin.Context, w *writer, failed bool) {
	if failed {
		fail(c, w, "its handler reported an error")
		return
	}
	if !w.hold.Written() && c.Writer.Status() >= http.StatusBadRequest {
		w.hold.Fail("its status was " + http.StatusText(c.Writer.Status()))
		return
	}
	if err := w.hold.Finish(); err != nil {
		Abort(c, err)
	}
}

// fail discards an answer that has not left, and its status. Recovery middleware,
// or middleware that renders c.Errors, can then give another.
func fail(c *gin.Context, w *writer, reason string) {
	if w.hold.Fail(reason) {
		c.Status(http.StatusInternalServerError)
	}
}
