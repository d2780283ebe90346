package inngesthttp

import (
	"net/http"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// framework is what Inngest is told.
const framework = "nethttp"

// Handler is the app's webhook for routes that Mount cannot make. It answers
// every method, needs the body unread, and is safe for concurrent use.
func Handler(app *inngestkit.App) http.Handler {
	return app.Handler(inngestkit.WithFramework(framework))
}

// Middleware puts the app's sender in the context of each request, where Send
// finds it. It is safe for concurrent use.
func Middleware(app *inngestkit.App) func(http.Handler) http.Handler {
	sender := app.Sender()
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(inngestkit.WithSender(r.Context(), sender)))
		})
	}
}
