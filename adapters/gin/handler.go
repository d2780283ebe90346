package inngestgin

import (
	"net/http"

	"github.com/gin-gonic/gin"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// Handler returns the app's webhook. Use it for a route that [Mount] cannot make.
// It answers every method and needs the request's body unread. It is safe for
// concurrent use. Handler panics if app is nil.
func Handler(app *inngestkit.App) gin.HandlerFunc {
	adapter.Require(app, "inngestgin.Handler")
	w := &webhook{newWebhook(app)}
	return w.serve
}

func newWebhook(app *inngestkit.App, opts ...adapter.HandlerOption) http.Handler {
	return adapter.Handler(app, append(opts, adapter.WithFramework("gin"))...)
}
