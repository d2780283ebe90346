package inngestkit

import (
	"errors"
	"net/http"

	"github.com/inngestkit/inngestkit/validate"
)

// Problem turns an error into the RFC 9457 document that a handler answers
// with: 422 with the fields for a *validate.Error, 400 for a body that is not
// JSON, 422 for an event that cannot be sent, 503 when Inngest cannot be
// reached or is busy. For any other error, which is not this package's to
// explain, it returns a 500 that says nothing of it, and false. Nothing of an
// event's data, and no key, is in the document.
func Problem(err error) (*validate.Problem, bool) {
	var (
		invalid *validate.Error
		syntax  *validate.SyntaxError
		event   *EventError
		send    *SendError
		flush   *FlushError
	)
	switch decoded := validate.ConvertError(err); {
	case errors.As(err, &flush):
		return problem(http.StatusServiceUnavailable, "Inngest is unavailable", "The request's events could not be sent. Try again later."), true
	case errors.As(err, &event):
		return problem(http.StatusUnprocessableEntity, "The event cannot be sent", event.Error()), true
	case errors.As(err, &send) && send.Retriable:
		return problem(http.StatusServiceUnavailable, "Inngest is unavailable", "The event could not be sent. Try again later."), true
	case errors.As(err, &send):
		return problem(http.StatusInternalServerError, "The event was refused", "Inngest refused the event."), true
	// Decoding comes last: io.EOF is also how a connection to Inngest ends.
	case errors.As(decoded, &invalid):
		return invalid.Problem(), true
	case errors.As(decoded, &syntax):
		return problem(http.StatusBadRequest, "The body is not valid JSON", syntax.Error()), true
	}
	return problem(http.StatusInternalServerError, http.StatusText(http.StatusInternalServerError), ""), false
}

// IsOwn says whether err is one of this package's own errors about an event,
// which a handler may return as it is. An error of decoding is not: it may be
// about something other than the request.
func IsOwn(err error) bool {
	var (
		invalid *validate.Error
		event   *EventError
		send    *SendError
		flush   *FlushError
	)
	return errors.As(err, &invalid) || errors.As(err, &event) || errors.As(err, &send) || errors.As(err, &flush)
}

func problem(status int, title, detail string) *validate.Problem {
	return &validate.Problem{Type: "about:blank", Title: title, Status: status, Detail: detail}
}
