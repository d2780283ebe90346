package inngestecho

import (
	"net/http"

	"github.com/labstack/echo/v4"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Config configures MiddlewareWithConfig. Its zero value is useful.
type Config struct {
	// Skipper says which requests to leave alone; Echo's middleware.Skipper is
	// one. Defaults to none.
	Skipper func(c echo.Context) bool

	// IdempotencyCaller turns on event ids derived from a request's
	// idempotency key, so that a client's retry starts the work once. It names
	// the user or tenant, and is asked when the first event is sent. Defaults
	// to nil: no ids are derived.
	IdempotencyCaller func(c echo.Context) string

	// IdempotencyKey says which header holds the key, and whether the body is
	// part of it. Defaults to Idempotency-Key, without the body.
	IdempotencyKey inngestkit.IdempotencyKey
}

// Middleware opens the request scope: Send finds the app's sender in the
// request's context, and what Enqueue collects is sent when the handler has
// succeeded, before its answer leaves. It also sees to it that an error of
// inngestkit's that a handler returns has the right status, and that one made
// by Error leaves as application/problem+json when Echo's or the app's own
// error handler renders it as JSON. Use it after middleware that has errors
// rendered early, such as Echo's Logger. It is safe for concurrent use.
func Middleware(app *inngestkit.App) echo.MiddlewareFunc {
	return MiddlewareWithConfig(app, Config{})
}

// MiddlewareWithConfig is Middleware with a configuration.
func MiddlewareWithConfig(app *inngestkit.App, config Config) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if config.Skipper != nil && config.Skipper(c) {
				return next(c)
			}
			err := known(serve(app, config, c, next))
			label(c, err)
			return err
		}
	}
}

func serve(app *inngestkit.App, config Config, c echo.Context, next echo.HandlerFunc) (err error) {
	var options []inngestkit.ScopeOption
	if config.IdempotencyCaller != nil {
		options = append(options, inngestkit.WithIdempotencyKey(config.IdempotencyKey, func() string { return config.IdempotencyCaller(c) }))
	}
	r, scope := app.OpenScope(c.Request(), options...)
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
func retract(res *echo.Response, hold *inngestkit.Hold, reason string) {
	if hold.Fail(reason) {
		reset(res)
	}
}

// reset lets a response be written again.
func reset(res *echo.Response) {
	res.Committed, res.Size, res.Status = false, 0, http.StatusOK
}
