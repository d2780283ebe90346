package inngestgin

import (
	"github.com/gin-gonic/gin"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Handler is the app's webhook for routes that Mount cannot make. It answers
// every method, needs the body unread, and is safe for concurrent use.
func Handler(app *inngestkit.App) gin.HandlerFunc { return handler(app) }

func handler(app *inngestkit.App, opts ...inngestkit.HandlerOption) gin.HandlerFunc {
	return gin.WrapH(app.Handler(append(opts, inngestkit.WithFramework("gin"))...))
}

// Middleware puts the app's sender in the context of each request, where Send
// finds it. It is safe for concurrent use.
func Middleware(app *inngestkit.App) gin.HandlerFunc {
	sender := app.Sender()
	return func(c *gin.Context) {
		c.Request = c.Request.WithContext(inngestkit.WithSender(c.Request.Context(), sender))
		c.Next()
	}
}
