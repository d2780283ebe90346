package adapter

import (
	"errors"
	"net/http"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/validate"
)

// Problem turns an error into the RFC 9457 document for a handler to answer
// with: 422 with the fields for a [*validate.Error], 400 for a body that is not
// JSON, 422 for an event that cannot be sent, 503 when Inngest cannot be reached
// or is busy. For any other error it returns a 500 that reveals nothing of it,
// and false. The document holds no key and nothing of an event's data.
func Problem(err error) (*validate.Problem, bool) {
	var (
		invalid *validate.Error
		syntax  *validate.SyntaxError
		event   *inngestkit.EventError
		send    *inngestkit.SendError
		flush   *inngestkit.FlushError
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

// IsReported reports whether err is an error of inngestkit about an event, which
// a handler may return as it is. A decoding error is not one: it may be about
// something other than the request.
func IsReported(err error) bool {
	var (
		invalid *validate.Error
		event   *inngestkit.EventError
		send    *inngestkit.SendError
		flush   *inngestkit.FlushError
	)
	return errors.As(err, &invalid) || errors.As(err, &event) || errors.As(err, &send) || errors.As(err, &flush)
}

func problem(status int, title, detail string) *validate.Problem {
	return &validate.Problem{Type: "about:blank", Title: title, Status: status, Detail: detail}
}
