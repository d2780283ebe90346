package inngestgin

import (
	"github.com/gin-gonic/gin"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// Handler returns the app's webhook, for routes that [Mount] cannot make. It
// answers every method, needs the body unread, and is safe for concurrent use.
// It panics if app is nil.
func Handler(app *inngestkit.App) gin.HandlerFunc {
	adapter.Require(app, "inngestgin.Handler")
	return handler(app)
}

func handler(app *inngestkit.App, opts ...adapter.HandlerOption) gin.HandlerFunc {
	w := &webhook{adapter.Handler(app, append(opts, adapter.WithFramework("gin"))...)}
	return w.serve
}
