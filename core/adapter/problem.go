package adapter

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"os"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/validate"
)

// Problem turns an error into the RFC 9457 document for a handler to answer
// with. It quotes nothing of the request, of an event's data or of a key.
//
//	422  an event that is invalid or cannot be sent; a value of the request
//	     that breaks a rule or does not fit its type, with the field if known
//	400  a request that cannot be read: a body that is not JSON or XML, a form
//	     that is not encoded correctly, a multipart form without its boundary
//	413  a body above a limit of [http.MaxBytesReader]
//	503  Inngest, when it cannot be reached or is busy
//	500  an event that Inngest refused, or that the app has no key for
//	500  events that Inngest refuses, or that the app has no key to send
//	504  a deadline that has passed
//	4xx  the status of an error that has a method StatusCode() int
//
// For any other error it returns a 500 that reveals nothing of it, and false.
func Problem(err error) (p *validate.Problem, known bool) {
	if p := problemOfEvents(err); p != nil {
		return p, true
	}
	if p := problemOfRequest(err); p != nil {
		return p, true
	}
	return problem(http.StatusInternalServerError, http.StatusText(http.StatusInternalServerError), ""), false
}

func problemOfEvents(err error) *validate.Problem {
	var (
		event *inngestkit.EventError
		send  *inngestkit.SendError
		flush *inngestkit.FlushError
	)
	switch {
	case errors.As(err, &event):
		return problem(http.StatusUnprocessableEntity, "The event cannot be sent", event.Error())
	case errors.As(err, &send) && send.Retriable:
		return problem(http.StatusServiceUnavailable, "Inngest is unavailable", "The event could not be sent. Try again later.")
	case errors.As(err, &send) && send.Attempts == 0:
		return problem(http.StatusInternalServerError, "The event cannot be sent", "The application is not configured to send events.")
	case errors.As(err, &send):
		return problem(http.StatusInternalServerError, "The event was refused", "Inngest refused the event.")
	case errors.As(err, &flush):
		return problem(http.StatusServiceUnavailable, "Inngest is unavailable", "The request's events could not be sent. Try again later.")
	}
	return nil
}

// problemOfRequest is for errors that problemOfEvents does not know: a connection
// to Inngest can end with io.EOF or a deadline too.
func problemOfRequest(err error) *validate.Problem {
	var (
		client  *ClientError
		carried interface{ StatusCode() int }
		invalid *validate.Error
		syntax  *validate.SyntaxError
	)
	decoded := validate.ConvertError(err)
	switch {
	case errors.As(err, &client):
		return client.problem()
	case errors.As(err, &carried) && carried.StatusCode()/100 == 4:
		return carriedProblem(err, carried.StatusCode())
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return problem(http.StatusGatewayTimeout, http.StatusText(http.StatusGatewayTimeout), "The request took too long. Try again later.")
	case errors.As(decoded, &invalid):
		return invalid.Problem()
	}
	if client := misread(err); client != nil {
		return client.problem()
	}
	if errors.As(decoded, &syntax) {
		return problem(http.StatusBadRequest, "The body is not valid JSON", syntax.Error())
	}
	return nil
}

// carriedProblem describes an error with its own status. It includes the
// fields of a *validate.Error.
func carriedProblem(err error, status int) *validate.Problem {
	p := problem(status, http.StatusText(status), "")
	if invalid, ok := errors.AsType[*validate.Error](validate.ConvertError(err)); ok {
		p.Detail, p.Errors = invalid.Problem().Detail, invalid.Fields
	}
	return p
}

// IsReported reports whether err is an error of inngestkit about an event. A
// handler may return such an error unchanged. A decoding error is not one: it may
// be about something other than the request.
func IsReported(err error) bool {
	var (
		invalid *validate.Error
		event   *inngestkit.EventError
		send    *inngestkit.SendError
		flush   *inngestkit.FlushError
	)
	return errors.As(err, &invalid) || errors.As(err, &event) || errors.As(err, &send) || errors.As(err, &flush)
}

// IsJSON reports whether err says that a body is not valid JSON, or that a value
// in it has the wrong type or breaks a rule.
func IsJSON(err error) bool {
	decoded := validate.ConvertError(err)
	_, invalid := errors.AsType[*validate.Error](decoded)
	_, syntax := errors.AsType[*validate.SyntaxError](decoded)
	return invalid || syntax
}

// Elements joins the errors about elements of a list into one [*validate.Error].
// Its paths begin with the index of the element, such as "[1].email", unless the
// index is -1. If an error is not about a rule or a type, Elements returns that
// error.
func Elements(all iter.Seq2[int, error]) error {
	var parts []*validate.Error
	for i, err := range all {
		invalid, ok := errors.AsType[*validate.Error](validate.ConvertError(err))
		if !ok {
			return err
		}
		if i >= 0 {
			invalid = invalid.WithPrefix(fmt.Sprintf("[%d]", i))
		}
		parts = append(parts, invalid)
	}
	return validate.Join(parts...)
}

func problem(status int, title, detail string) *validate.Problem {
	return &validate.Problem{Type: "about:blank", Title: title, Status: status, Detail: detail}
}
