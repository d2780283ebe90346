package inngestgin

import (
	"github.com/gin-gonic/gin"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Handler is the app's webhook for routes that Mount cannot make. It answers
// every method, needs the body unread, and is safe for concurrent use.
func Handler(app *inngestkit.App) gin.HandlerFunc { return handler(app) }

func handler(app *inngestkit.App, opts ...inngestkit.HandlerOption) gin.HandlerFunc {
	w := &webhook{app.Handler(append(opts, inngestkit.WithFramework("gin"))...)}
	return w.serve
}
