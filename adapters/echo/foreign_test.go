package inngestecho_test

import (
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/inngestkit/inngestkit/adapters/adaptertest"
	inngestecho "github.com/inngestkit/inngestkit/adapters/echo"
)

// foreign returns middleware of Echo, or a handwritten one where Echo has none.
func foreign(s adaptertest.Setup) echo.MiddlewareFunc {
	skip := middleware.DefaultSkipper
	if s.Exempt {
		skip = inngestecho.IsWebhook
	}
	switch s.Foreign {
	case adaptertest.Auth:
		return middleware.KeyAuthWithConfig(middleware.KeyAuthConfig{Skipper: skip, Validator: func(string, echo.Context) (bool, error) { return false, nil }})
	case adaptertest.CSRF:
		return middleware.CSRFWithConfig(middleware.CSRFConfig{Skipper: skip})
	case adaptertest.BodyLimit:
		return middleware.BodyLimitWithConfig(middleware.BodyLimitConfig{Skipper: skip, Limit: "2K"})
	case adaptertest.RateLimit:
		store := middleware.NewRateLimiterMemoryStoreWithConfig(middleware.RateLimiterMemoryStoreConfig{Rate: 1e-9, Burst: 1})
		return middleware.RateLimiterWithConfig(middleware.RateLimiterConfig{Skipper: skip, Store: store})
	case adaptertest.BodyEater:
		return unless(skip, func(c echo.Context) { _, _ = io.Copy(io.Discard, c.Request().Body) })
	case adaptertest.BodyLog:
		return middleware.BodyDump(func(echo.Context, []byte, []byte) {})
	case adaptertest.Compress:
		return middleware.Gzip()
	case adaptertest.Decompress:
		return middleware.Decompress()
	case adaptertest.CORS:
		return middleware.CORS()
	case adaptertest.Deadline:
		return middleware.ContextTimeout(adaptertest.DeadlineAfter)
	case adaptertest.Trace:
		return trace
	case adaptertest.AccessLog:
		return middleware.RequestLoggerWithConfig(middleware.RequestLoggerConfig{
			LogStatus: true, HandleError: true,
			LogValuesFunc: func(_ echo.Context, v middleware.RequestLoggerValues) error { s.Logged(v.Status); return nil },
		})
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc { return next }
}

func unless(skip middleware.Skipper, do func(echo.Context)) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if !skip(c) {
				do(c)
			}
			return next(c)
		}
	}
}

// trace changes a request as otelecho and otelhttp do: it replaces context, body
// and writer, renders the error, and reads the status.
func trace(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		defer c.SetRequest(r)
		c.SetRequest(adaptertest.Traced(r))
		c.Response().Writer = countedWriter{c.Response().Writer}
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		if c.Response().Status == 0 {
			return errors.New("a span has no status")
		}
		return err
	}
}

// countedWriter hides the other methods of the writer, except through Unwrap.
type countedWriter struct{ http.ResponseWriter }

func (w countedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
