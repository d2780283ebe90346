package inngesthttp

import (
	"net/http"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Send sends events by the sender that Middleware put in the request's
// context and returns their ids in the order given. It ends with that context
// and is safe for concurrent use.
//
// Errors are those of inngestkit.Send: *validate.Error and
// *inngestkit.EventError when nothing was sent, *inngestkit.SendError, and
// inngestkit.ErrNoSender behind no Middleware. Error renders them all.
func Send(r *http.Request, events ...inngestkit.Event) ([]string, error) {
	return inngestkit.Send(r.Context(), events...)
}

// Enqueue collects events that are sent in one batch when the request's
// handler has succeeded, before its answer leaves. See inngestkit.Enqueue for
// what counts as success, and for its errors; Error renders them.
func Enqueue(r *http.Request, events ...inngestkit.Event) error {
	return inngestkit.Enqueue(r.Context(), events...)
}

// Error answers with the application/problem+json document that
// inngestkit.Problem makes of err: 422 with the fields of an invalid event,
// 503 when Inngest is away, and so on. Any other error, nil included, is a
// 500 that reveals nothing of it; log it. Return from the handler afterwards.
func Error(w http.ResponseWriter, r *http.Request, err error) {
	problem, _ := inngestkit.Problem(err)
	problem.ServeHTTP(w, r)
}
