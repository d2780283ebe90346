package inngestecho

import (
	"net/http"

	"github.com/labstack/echo/v4"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Handler is the app's webhook for routes that Mount cannot make. It answers
// every method, needs the body unread, and is safe for concurrent use.
func Handler(app *inngestkit.App) echo.HandlerFunc { return echo.WrapHandler(newWebhook(app)) }

func newWebhook(app *inngestkit.App, opts ...inngestkit.HandlerOption) http.Handler {
	return app.Handler(append(opts, inngestkit.WithFramework("echo"))...)
}
