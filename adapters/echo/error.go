package inngestecho

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/inngestkit/inngestkit/core/adapter"
)

// Error turns err into an *echo.HTTPError for a handler to return, so that the
// app's own error handler renders it. Its Message is a problem document, and its
// Internal unwraps to err:
//
//   - 422 with the fields of an invalid event, 503 when Inngest cannot be reached
//   - 400, 413, 415 or 422 for the errors of c.Bind, of Echo's ValueBinder and
//     their like, about a request that cannot be read
//   - the status of an error with a method StatusCode() int, if it is 4xx
//   - 504 for a deadline that has passed
//   - 500 for any other error, which reveals nothing of it
//
// An *echo.HTTPError that the application made keeps its status and message. No
// document quotes a value of the request. If err is nil, Error returns nil.
//
// After [Middleware], an error handler that renders the document by c.JSON, as
// Echo's does, answers with application/problem+json. If the client left,
// Middleware answers with the status 499, for access logs, and nothing else.
func Error(err error) error {
	if err == nil {
		return nil
	}
	own, theirs := errors.AsType[*echo.HTTPError](err)
	explained := explain(err)
	problem, ours := adapter.Problem(explained)
	refined := ours && own != nil && own.Code == http.StatusBadRequest && (adapter.IsJSON(err) || adapter.IsReported(err))
	if theirs && explained == err && !refined { //nolint:errorlint // explain returns err itself
		return keep(err, own)
	}
	return &echo.HTTPError{Code: problem.Status, Message: problem, Internal: &cause{err}}
}

// keep returns an *echo.HTTPError that is not wrapped, because Echo's error handler
// does not unwrap.
func keep(err error, own *echo.HTTPError) error {
	if err == error(own) { //nolint:errorlint // own may be wrapped
		return err
	}
	return &echo.HTTPError{Code: own.Code, Message: own.Message, Internal: err}
}

// known wraps an error that a handler has returned without Error and that is
// certainly about an event or the request, so that error handlers give it the
// right status. It returns other errors unchanged.
func known(err error) error {
	var (
		theirs   *echo.HTTPError
		wrong    *echo.BindingError
		tooLarge *http.MaxBytesError
	)
	switch {
	case errors.As(err, &wrong):
		return Error(err)
	case errors.As(err, &theirs):
		return err
	case adapter.IsReported(err), errors.As(err, &tooLarge):
		return Error(err)
	}
	return err
}

// cause marks the errors that Error has made. It also keeps Echo's error handler
// from rendering an inner *echo.HTTPError in place of the document.
type cause struct{ error }

func (c *cause) Unwrap() error { return c.error }

// label sets the media type of the answer to an error that Error has made, unless
// the answer is not plain JSON. The error itself cannot set it.
func label(c echo.Context, err error) {
	var made *echo.HTTPError
	if !errors.As(err, &made) || made.Internal == nil {
		return
	}
	if _, ok := made.Internal.(*cause); !ok { //nolint:errorlint // Error sets it unwrapped
		return
	}
	res := c.Response()
	res.Before(func() {
		if res.Status == made.Code && res.Header().Get(echo.HeaderContentType) == echo.MIMEApplicationJSON {
			res.Header().Set(echo.HeaderContentType, "application/problem+json")
		}
	})
}

// leave answers a request whose client has left with a status for access logs, and
// nothing else. It returns any other error unchanged.
func leave(c echo.Context, err error) error {
	if err == nil || !adapter.ClientGone(c.Request(), err) || c.Response().Committed {
		return err
	}
	c.Response().WriteHeader(adapter.StatusClientGone)
	return &echo.HTTPError{Code: adapter.StatusClientGone, Message: "the client left", Internal: &cause{err}}
}
