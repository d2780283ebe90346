package inngestecho

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// Config configures [MiddlewareWithConfig]. Its zero value is useful.
type Config struct {
	// Skipper reports whether to leave a request alone. It may be a
	// middleware.Skipper of Echo. Defaults to none.
	Skipper func(c echo.Context) bool

	// IdempotencyCaller turns on event ids that are derived from a request's
	// idempotency key, so that the work of a repeated request starts once. It
	// names the user or tenant, so that the keys of two tenants never meet. The
	// middleware calls it when the first event is sent or enqueued. If it returns
	// "", no ids are derived. Defaults to no derived ids.
	IdempotencyCaller func(c echo.Context) string

	// IdempotencyPolicy sets the header that holds the key, and whether the body
	// is part of the key. It has no effect without IdempotencyCaller. Defaults to
	// the header Idempotency-Key, without the body.
	IdempotencyPolicy inngestkit.IdempotencyPolicy

	// Context derives the request's context. Use it to copy values of c.Set to a
	// place where functions and libraries find them. Derive the context from
	// c.Request().Context(). A nil context is answered 500, with an error that
	// has the reason. Defaults to the request's own context.
	Context func(c echo.Context) context.Context
}

// Middleware gives each request the app's sender. [Send] finds it in the request's
// context. The events of [Enqueue] are sent when the handler has succeeded, before
// its answer leaves.
//
// Middleware also gives the right status to an error of inngestkit, or about the
// request, that a handler returns without [Error]. An error made by Error leaves
// as application/problem+json if Echo's or the app's own error handler renders it
// as JSON.
//
// Use Middleware after middleware that renders errors early, such as Echo's
// Logger. It is safe for concurrent use. It panics if app is nil.
func Middleware(app *inngestkit.App) echo.MiddlewareFunc {
	adapter.Require(app, "inngestecho.Middleware")
	return MiddlewareWithConfig(app, Config{})
}

// MiddlewareWithConfig is [Middleware] with a configuration. It panics if app is
// nil.
func MiddlewareWithConfig(app *inngestkit.App, config Config) echo.MiddlewareFunc {
	adapter.Require(app, "inngestecho.MiddlewareWithConfig")
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if config.Skipper != nil && config.Skipper(c) {
				return next(c)
			}
			err := leave(c, known(serve(app, config, c, next)))
			label(c, err)
			return err
		}
	}
}

var errContext = errors.New("inngestecho: the function in Config.Context returned nil; derive a context from c.Request().Context()")

func serve(app *inngestkit.App, config Config, c echo.Context, next echo.HandlerFunc) (err error) {
	if config.Context != nil {
		ctx := config.Context(c)
		if ctx == nil {
			return errContext
		}
		c.SetRequest(c.Request().WithContext(ctx))
	}
	var options []adapter.ScopeOption
	if config.IdempotencyCaller != nil {
		options = append(options, adapter.WithIdempotencyKey(config.IdempotencyPolicy, func() string { return config.IdempotencyCaller(c) }))
	}
	r, scope := adapter.OpenScope(app, c.Request(), options...)
	c.SetRequest(r)

	res := c.Response()
	base := res.Writer
	hold := scope.Hold(base, r, nil)
	res.Writer = hold
	returned := false
	defer func() {
		res.Writer = base
		if !returned {
			retract(res, hold, "its handler panicked")
		}
	}()
	err = next(c)
	returned = true
	if err != nil {
		retract(res, hold, "its handler returned an error")
		return err
	}
	if err := hold.Finish(); err != nil {
		reset(res)
		return Error(err)
	}
	return nil
}

// retract drops the events of a handler that has failed. It discards an answer
// that has not left, so that the error can be rendered.
func retract(res *echo.Response, hold *adapter.Hold, reason string) {
	if hold.Fail(reason) {
		reset(res)
	}
}

// reset allows a response to be written again.
func reset(res *echo.Response) {
	res.Committed, res.Size, res.Status = false, 0, http.StatusOK
}
