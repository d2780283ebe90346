package inngestecho

import (
	"github.com/labstack/echo/v4"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Config configures MiddlewareWithConfig. Its zero value is useful.
type Config struct {
	// Skipper says which requests to leave alone; Echo's middleware.Skipper is
	// one. Defaults to none.
	Skipper func(c echo.Context) bool
}

// Middleware puts the app's sender in the context of each request, where Send
// finds it, and sees to it that an error made by Error leaves as
// application/problem+json when Echo's or the app's own error handler renders
// it as JSON. Use it after middleware that has errors rendered early, such as
// Echo's Logger. It is safe for concurrent use.
func Middleware(app *inngestkit.App) echo.MiddlewareFunc {
	return MiddlewareWithConfig(app, Config{})
}

// MiddlewareWithConfig is Middleware with a configuration.
func MiddlewareWithConfig(app *inngestkit.App, config Config) echo.MiddlewareFunc {
	sender := app.Sender()
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if config.Skipper != nil && config.Skipper(c) {
				return next(c)
			}
			r := c.Request()
			c.SetRequest(r.WithContext(inngestkit.WithSender(r.Context(), sender)))
			err := next(c)
			label(c, err)
			return err
		}
	}
}
