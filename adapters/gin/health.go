package inngestgin

import (
	"github.com/gin-gonic/gin"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// Health returns a readiness endpoint, for a route of GET. It answers each
// request with the app's [inngestkit.Health] at that moment as JSON: 200 while
// the app takes calls, and 503 while it is draining or not configured. It shows
// no secret and is safe for concurrent use. Health panics if app is nil.
func Health(app *inngestkit.App) gin.HandlerFunc {
	adapter.Require(app, "inngestgin.Health")
	return gin.WrapH(app.HealthHandler())
}

// Liveness returns a liveness endpoint, for a route of GET. It answers 200 as
// long as the process answers requests, also while the app is draining. It is
// safe for concurrent use. Liveness panics if app is nil.
func Liveness(app *inngestkit.App) gin.HandlerFunc {
	adapter.Require(app, "inngestgin.Liveness")
	return gin.WrapH(app.LivenessHandler())
}
