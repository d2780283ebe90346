package inngestecho

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// Config configures MiddlewareWithConfig. Its zero value is useful.
type Config struct {
	// Skipper reports whether to leave a request alone; Echo's
	// middleware.Skipper is one. Defaults to none.
	Skipper func(c echo.Context) bool

	// IdempotencyCaller turns on event ids derived from a request's
	// idempotency key, so that a client's retry starts the work once. It names
	// the user or tenant, so that two of them may use the same key; it is called
	// when the first event is sent. If it returns "", no ids are derived.
	// Defaults to nil: no derived ids.
	IdempotencyCaller func(c echo.Context) string

	// IdempotencyPolicy says which header holds the key, and whether the body is
	// part of it. Defaults to Idempotency-Key, without the body.
	IdempotencyPolicy inngestkit.IdempotencyPolicy

	// Context derives the request's context, and copies values of c.Set to
	// where functions and libraries find them. The context must come from
	// c.Request().Context(). Defaults to the request's own context.
	Context func(c echo.Context) context.Context
}

// Middleware opens the request scope: [Send] finds the app's sender in the
// request's context, and the events of [Enqueue] are sent when the handler has
// succeeded, before its answer leaves. It also gives an error of inngestkit that
// a handler returns the right status, and an error made by [Error] the media
// type application/problem+json when Echo's or the app's own error handler
// renders it as JSON. Use it after middleware that renders errors early, such as
// Echo's Logger. It is safe for concurrent use, and panics if app is nil.
func Middleware(app *inngestkit.App) echo.MiddlewareFunc {
	adapter.Require(app, "inngestecho.Middleware")
	return MiddlewareWithConfig(app, Config{})
}

// MiddlewareWithConfig is Middleware with a configuration.
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

// retract drops the events of a handler that failed and takes back an answer
// that it had written but that has not left, so that the error can be
// rendered.
func retract(res *echo.Response, hold *adapter.Hold, reason string) {
	if hold.Fail(reason) {
		reset(res)
	}
}

// reset lets a response be written again.
func reset(res *echo.Response) {
	res.Committed, res.Size, res.Status = false, 0, http.StatusOK
}
