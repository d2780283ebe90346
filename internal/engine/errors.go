package engine

import (
	"errors"
	"fmt"
	"net/http"
)

// ErrClosed is the error of a closed engine.
var ErrClosed = errors.New("the engine is closed")

// ErrNotFound is the error for a run, an event or a function that the engine
// does not know or has forgotten.
var ErrNotFound = errors.New("not found")

// RequestError is the error of a request that the engine refuses. Status is the
// HTTP status of the refusal.
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
