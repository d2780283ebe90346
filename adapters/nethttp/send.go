package inngesthttp

import (
	"net/http"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// Send sends events with the sender that [Middleware] has put into the request's
// context, and returns their ids in the order of the events. If that context
// ends, Send returns its error. It is safe for concurrent use.
//
// The errors are those of [inngestkit.Send]: *validate.Error and
// [*inngestkit.EventError] if nothing was sent, [*inngestkit.SendError], and
// [inngestkit.ErrNoSender] without Middleware. [Error] renders them all.
func Send(r *http.Request, events ...inngestkit.Event) ([]string, error) {
	return inngestkit.Send(r.Context(), events...)
}

// Enqueue validates events and returns the ids that they will have. The events are
// sent in one batch when the handler has succeeded, before its answer leaves:
// with a status below 400 and no panic. The errors are those of
// [inngestkit.Enqueue]; [Error] renders them. It is safe for concurrent use.
func Enqueue(r *http.Request, events ...inngestkit.Event) ([]string, error) {
	return inngestkit.Enqueue(r.Context(), events...)
}

// Error answers with an application/problem+json document:
//
//   - 422 with the fields of an invalid event, 503 when Inngest cannot be reached
//   - 400, 413 or 422 for the errors of encoding/json, encoding/xml, strconv,
//     r.ParseForm and their like, about a request that cannot be read
//   - the status of an error with a method StatusCode() int, if it is 4xx
//   - 504 for a deadline that has passed
//   - 500 for any other error, which reveals nothing of it; log the error
//
// No document quotes a value of the request. If the client left, Error writes
// the status 499, for access logs, and nothing else. If err is nil, Error does
// nothing. Return from the handler afterwards.
func Error(w http.ResponseWriter, r *http.Request, err error) {
	if err == nil {
		return
	}
	adapter.Answer(w, r, err, nil)
}
