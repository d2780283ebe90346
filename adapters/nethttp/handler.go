package inngesthttp

import (
	"net/http"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// framework is what Inngest is told.
const framework = "nethttp"

// Handler is the app's webhook for routes that Mount cannot make. It answers
// every method, needs the body unread, and is safe for concurrent use.
func Handler(app *inngestkit.App) http.Handler { return handler(app) }

func handler(app *inngestkit.App, opts ...inngestkit.HandlerOption) http.Handler {
	return webhook{app.Handler(append(opts, inngestkit.WithFramework(framework))...)}
}
