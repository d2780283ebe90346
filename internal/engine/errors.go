package engine

import (
	"errors"
	"fmt"
	"net/http"
)

// ErrClosed is returned once an engine has been told to stop.
var ErrClosed = errors.New("the engine is closed")

// ErrNotFound is returned for a run or event that is unknown, or was forgotten.
var ErrNotFound = fmt.Errorf("not found")

// RequestError is a request that an engine refuses, with the HTTP status that
// says so.
type RequestError struct {
	Status  int
	Message string
}

func (e *RequestError) Error() string { return e.Message }

func badRequest(format string, args ...any) error {
	return &RequestError{Status: http.StatusBadRequest, Message: fmt.Sprintf(format, args...)}
}

func tooLarge(format string, args ...any) error {
	return &RequestError{Status: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf(format, args...)}
}
