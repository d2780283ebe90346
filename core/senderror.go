package inngestkit

import (
	"fmt"
	"net/http"
	"time"

	"github.com/inngestkit/inngestkit/core/internal/sending"
)

// Problems of an event that keep it from being sent.
var (
	// ErrEventTooLarge means that an event exceeds 512 KiB as JSON.
	ErrEventTooLarge = sending.ErrTooLarge
	// ErrEventName means that an event has no name, or one that no event of an
	// application can have.
	ErrEventName = sending.ErrName
	// ErrEventTime means that an event's timestamp is not in milliseconds since
	// 1970, or outside the range that the server takes.
	ErrEventTime = sending.ErrTime
	// ErrEventDuplicate means that two events of one send have the same id: the
	// server would take the second for the first, sent again.
	ErrEventDuplicate = sending.ErrDuplicate
	// ErrEventUnknown means that [Config.Strict] refuses an untyped event whose
	// name the app does not know.
	ErrEventUnknown = sending.ErrUnknown
)

// publicError turns an error of sending into the documented one.
func publicError(err error) error {
	switch e := err.(type) { //nolint:errorlint // package sending does not wrap them
	case *sending.EventError:
		return (*EventError)(e)
	case *sending.SendError:
		return (*SendError)(e)
	}
	return err
}

// EventError is an event that cannot be sent. Nothing was sent.
type EventError struct {
	// Index is the event's place in the call of Send, from 0.
	Index int
	// Name is the event's name, if it has one.
	Name string
	// Err is the problem. It quotes nothing of the event's data.
	Err error
}

// Error names the event and the problem.
func (e *EventError) Error() string {
	if e.Name == "" {
		return fmt.Sprintf("inngestkit: event %d cannot be sent: %v", e.Index, e.Err)
	}
	return fmt.Sprintf("inngestkit: event %d %q cannot be sent: %v", e.Index, e.Name, e.Err)
}

// Unwrap returns the problem.
func (e *EventError) Unwrap() error { return e.Err }

// SendError is a send that the event API did not accept.
type SendError struct {
	// Status is the HTTP status of the last attempt, or 0 if that did not
	// reach the API.
	Status int
	// Message is the API's message, if there was one.
	Message string
	// Retriable reports whether the same send may succeed later.
	Retriable bool
	// RetryAfter is the wait that the API asked for, or 0.
	RetryAfter time.Duration
	// Attempts is the number of attempts, 0 if none could be made.
	Attempts int
	// Index is the first event, in the call of Send, that was not accepted.
	Index int
	// Err is the network's error, if there was one.
	Err error
}

// Error returns the API's answer, or why it was not reached. It never holds the
// event key.
func (e *SendError) Error() string {
	detail := e.Message
	if detail == "" && e.Err != nil {
		detail = e.Err.Error()
	}
	if detail != "" {
		detail = ": " + detail
	}
	switch {
	case e.Attempts == 0:
		return "inngestkit: events cannot be sent" + detail
	case e.Status == 0:
		return "inngestkit: the Inngest server was not reached in " + sending.Tries(e.Attempts) + detail
	case e.Status/100 == 2:
		return "inngestkit: the Inngest server's answer cannot be understood" + detail
	case e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden:
		detail += "; check INNGEST_EVENT_KEY"
	}
	return fmt.Sprintf("inngestkit: the Inngest server refused events with status %d in %s%s", e.Status, sending.Tries(e.Attempts), detail)
}

// Unwrap returns the network's error.
func (e *SendError) Unwrap() error { return e.Err }
