package adapter

import (
	"cmp"
	"net/http"

	"github.com/inngestkit/inngestkit/validate"
)

// FieldError is a field of a request with the rule that it broke.
type FieldError = validate.FieldError

// ClientError is a client's mistake in a request. [Problem] answers it with its
// status. An adapter makes one of an error that only its framework knows.
type ClientError struct {
	// Status is the HTTP status of the answer. Defaults to 400.
	Status int
	// Title is the kind of mistake in words. Defaults to the status text.
	Title string
	// Detail describes the mistake. It must not quote the request. If it is
	// empty, the answer leaves it out.
	Detail string
	// Fields are the fields with a mistake, as far as they are known. Their
	// messages must not quote the request.
	Fields []FieldError
	// Err is the error behind the mistake. It may quote the request, and no
	// answer shows it.
	Err error
}

// Error returns the text of Err, or else a description. Keep it out of answers:
// the text of Err may quote the request.
func (e *ClientError) Error() string {
	if e.Err == nil {
		return cmp.Or(e.Detail, e.Title, http.StatusText(e.status()))
	}
	return e.Err.Error()
}

// Unwrap returns Err.
func (e *ClientError) Unwrap() error { return e.Err }

func (e *ClientError) status() int { return cmp.Or(e.Status, http.StatusBadRequest) }

// problem describes the mistake. Its detail defaults to the one of package
// validate if there are fields.
func (e *ClientError) problem() *validate.Problem {
	detail := e.Detail
	if detail == "" && len(e.Fields) > 0 {
		detail = (&validate.Error{}).Problem().Detail
	}
	p := problem(e.status(), cmp.Or(e.Title, http.StatusText(e.status())), detail)
	p.Errors = e.Fields
	return p
}
