package inngestecho

import (
	"github.com/labstack/echo/v4"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Health is a readiness endpoint to route GET to: it answers with app.Health()
// as JSON, 200 when the app takes calls and 503 when it is draining or not
// configured. It shows no secret and is safe for concurrent use.
func Health(app *inngestkit.App) echo.HandlerFunc {
	return func(c echo.Context) error {
		app.Health().ServeHTTP(c.Response(), c.Request())
		return nil
	}
}
