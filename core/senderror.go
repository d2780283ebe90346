package inngestkit

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Problems of an event that keep it from being sent.
var (
	// ErrEventTooLarge means that an event exceeds 512 KiB as JSON.
	ErrEventTooLarge = errors.New("it exceeds the limit of 512 KiB an event")
	// ErrEventName means that an event has no name, or one that no event of an
	// application can have.
	ErrEventName = errors.New("its name is empty, holds spaces, control characters or '*', has more than 256 bytes, or begins with the \"inngest/\" of the server's own events")
	// ErrEventTime means that an event's timestamp is not in milliseconds
	// since 1970, or lies where the server takes none.
	ErrEventTime = errors.New("its timestamp does not lie between 1980 and 2100; it is in milliseconds, as time.Time.UnixMilli returns")
	// ErrEventDuplicate means that two events of one send have one id: the
	// server would take the second for the first, sent again.
	ErrEventDuplicate = errors.New("an earlier event of the same send has its id, so the server would drop it; give each event an id of its own, or none")
	// ErrEventUnknown means that Strict refuses an untyped event whose name
	// the app does not know.
	ErrEventUnknown = errors.New("the app knows no definition of that name; define it, or list it in Config.Events")
)

// EventError is one event that cannot be sent. Nothing was sent.
type EventError struct {
	// Index is the event's place in the call of Send, from 0.
	Index int
	// Name is the event's name, if it has one.
	Name string
	// Err says what is wrong, without quoting the event's data.
	Err error
}

// Error names the event and what is wrong.
func (e *EventError) Error() string {
	if e.Name == "" {
		return fmt.Sprintf("inngestkit: event %d cannot be sent: %v", e.Index, e.Err)
	}
	return fmt.Sprintf("inngestkit: event %d %q cannot be sent: %v", e.Index, e.Name, e.Err)
}

// Unwrap is what is wrong.
func (e *EventError) Unwrap() error { return e.Err }

// SendError is a send that the event API did not accept.
type SendError struct {
	// Status is the HTTP status of the last attempt, or 0 if that did not
	// reach the API.
	Status int
	// Message is the API's own words, if it had any.
	Message string
	// Retriable says whether the same send may work later.
	Retriable bool
	// RetryAfter is how long the API asked to wait, or 0.
	RetryAfter time.Duration
	// Attempts is how often it was tried, 0 if it could not be.
	Attempts int
	// Index is the first event, in the call of Send, that was not accepted.
	Index int
	// Err is the network's error, if there was one.
	Err error
}

// Error says what the API answered, or why it was not reached. It never holds
// the event key.
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
		return "inngestkit: the Inngest server was not reached in " + tries(e.Attempts) + detail
	case e.Status/100 == 2:
		return "inngestkit: the Inngest server's answer cannot be understood" + detail
	case e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden:
		detail += "; check INNGEST_EVENT_KEY"
	}
	return fmt.Sprintf("inngestkit: the Inngest server refused events with status %d in %s%s", e.Status, tries(e.Attempts), detail)
}

func tries(n int) string {
	if n == 1 {
		return "1 attempt"
	}
	return fmt.Sprint(n, " attempts")
}

// Unwrap is the network's error.
func (e *SendError) Unwrap() error { return e.Err }

// bare drops the URL from an error of net/http: it holds the event key.
func bare(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
