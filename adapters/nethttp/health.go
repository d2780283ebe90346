package inngesthttp

import (
	"net/http"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Health is a readiness endpoint to route GET to: it answers with app.Health()
// as JSON, 200 when the app takes calls and 503 when it is draining or not
// configured. It shows no secret and is safe for concurrent use.
func Health(app *inngestkit.App) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { app.Health().ServeHTTP(w, r) })
}
