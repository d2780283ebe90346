package inngesthttp

import (
	"net/http"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// Handler returns the app's webhook. Use it for a route that [Mount] cannot make.
// It answers every method and needs the request's body unread. It is safe for
// concurrent use. Handler panics if app is nil.
func Handler(app *inngestkit.App) http.Handler {
	adapter.Require(app, "inngesthttp.Handler")
	return &webhook{adapter.Handler(app)}
}
