package inngestgin

import (
	"github.com/gin-gonic/gin"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Health is a readiness endpoint to route GET to: it answers with app.Health()
// as JSON, 200 when the app takes calls and 503 when it is draining or not
// configured. It shows no secret and is safe for concurrent use.
func Health(app *inngestkit.App) gin.HandlerFunc {
	return func(c *gin.Context) { app.Health().ServeHTTP(c.Writer, c.Request) }
}
