package inngestecho

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/inngestkit/inngestkit/core/adapter"
)

// explain turns an error of Echo's binding into one that package adapter knows.
// It returns any other error unchanged.
func explain(err error) error {
	if wrong, ok := errors.AsType[*echo.BindingError](err); ok {
		return wrongParameter(wrong)
	}
	for _, refused := range []*echo.HTTPError{echo.ErrStatusRequestEntityTooLarge, echo.ErrUnsupportedMediaType} {
		if errors.Is(err, refused) {
			return &adapter.ClientError{Status: refused.Code, Err: err}
		}
	}
	own, ok := errors.AsType[*echo.HTTPError](err)
	if !ok || own.Code != http.StatusBadRequest || own.Internal == nil {
		return err
	}
	if message, _ := own.Message.(string); !strings.Contains(message, own.Internal.Error()) {
		return err // the application's own words
	}
	return unreadable(own)
}

// unreadable describes an error of c.Bind. A value in JSON that breaks a rule or
// has the wrong type is 422, as in every adapter. Other values keep Echo's 400.
func unreadable(own *echo.HTTPError) error {
	problem, known := adapter.Problem(own.Internal)
	switch {
	case !known:
		return &adapter.ClientError{Title: "The request cannot be read", Err: own}
	case problem.Status == http.StatusUnprocessableEntity && !adapter.IsJSON(own.Internal):
		return &adapter.ClientError{Status: own.Code, Detail: problem.Detail, Fields: problem.Errors, Err: own}
	}
	return own.Internal
}

// wrongParameter describes an error of Echo's ValueBinder.
func wrongParameter(wrong *echo.BindingError) error {
	field, ok := adapter.WrongValue(wrong)
	switch {
	case ok:
	case wrong.Message == any("required field value is empty"):
		field = adapter.FieldError{Rule: "required", Message: "is a required field"}
	default:
		field = adapter.FieldError{Rule: "type", Message: "has a value of the wrong form"}
	}
	field.Path = wrong.Field
	return &adapter.ClientError{Status: wrong.Code, Fields: []adapter.FieldError{field}, Err: wrong}
}
