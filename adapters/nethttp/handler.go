package inngesthttp

import (
	"net/http"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// Handler returns the app's webhook, for routes that [Mount] cannot make. It
// answers every method, needs the body unread, and is safe for concurrent use.
// It panics if app is nil.
func Handler(app *inngestkit.App) http.Handler {
	adapter.Require(app, "inngesthttp.Handler")
	return handler(app)
}

func handler(app *inngestkit.App, opts ...adapter.HandlerOption) http.Handler {
	return webhook{adapter.Handler(app, opts...)}
}
