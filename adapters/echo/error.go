package inngestecho

import (
	"errors"

	"github.com/labstack/echo/v4"

	"github.com/inngestkit/inngestkit/core/adapter"
)

// Error turns err into an *echo.HTTPError for a handler to return, so that the
// app's own error handler renders it. Its Message is a problem document: 422 with
// the fields of an invalid event, 503 when Inngest cannot be reached, and so on;
// its Internal unwraps to err. Any other error is a 500 that reveals nothing of
// it, unless it is an *echo.HTTPError: that is returned as it is. If err is nil,
// Error returns nil.
//
// After [Middleware], an error handler that renders the document by c.JSON, as
// Echo's does, answers with application/problem+json.
func Error(err error) error {
	if err == nil {
		return nil
	}
	problem, ours := adapter.Problem(err)
	var own *echo.HTTPError
	if !ours && errors.As(err, &own) {
		return err
	}
	return &echo.HTTPError{Code: problem.Status, Message: problem, Internal: &cause{err}}
}

// known wraps an error of inngestkit that a handler returned as it was, so that
// error handlers give it the right status. Other errors are not wrapped.
func known(err error) error {
	var theirs *echo.HTTPError
	if errors.As(err, &theirs) || !adapter.IsReported(err) {
		return err
	}
	return Error(err)
}

// cause marks the errors that Error made. It also keeps Echo's error handler
// from rendering an *echo.HTTPError below in place of the document.
type cause struct{ error }

func (c *cause) Unwrap() error { return c.error }

// label gives the answer to an error that Error made its media type, which an
// error cannot do. An answer that is not plain JSON is left alone.
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
