package inngestkit

import (
	"errors"
	"fmt"
	"net/url"
	"time"
)

// Problems of an event that keep it from being sent.
var (
	// ErrEventTooLarge means that an event exceeds 512 KiB as JSON.
	ErrEventTooLarge = errors.New("it exceeds the limit of 512 KiB an event")
	// ErrEventName means that an event has no name, or one that no event can
	// have.
	ErrEventName = errors.New("its name is empty or holds spaces, control characters or '*'")
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
	// Problem says what is wrong, without quoting the event's data.
	Problem string
	// Err is the cause, if there is one.
	Err error
}

// Error names the event and what is wrong.
func (e *EventError) Error() string {
	problem := e.Problem
	if problem == "" && e.Err != nil {
		problem = e.Err.Error()
	}
	return fmt.Sprintf("inngestkit: event %d %q cannot be sent: %s", e.Index, e.Name, problem)
}

// Unwrap is the cause.
func (e *EventError) Unwrap() error { return e.Err }

// SendError is a send that the event API did not accept.
type SendError struct {
	// Status is the API's last HTTP status, or 0 if it was never reached.
	Status int
	// Message is the API's own words, if it had any.
	Message string
	// Retriable says whether the same send may work later.
	Retriable bool
	// RetryAfter is how long the API asked to wait, or 0.
	RetryAfter time.Duration
	// Attempts is how often it was tried.
	Attempts int
	// Index is the first event, in the call of Send, that was not accepted.
	Index int
	// Err is the network's error, if there was one.
	Err error
}

// Error says what the API answered, or why it was not reached. It never holds
// the event key.
func (e *SendError) Error() string {
	switch {
	case e.Status == 0:
		return fmt.Sprintf("inngestkit: the Inngest server cannot be reached after %d attempts: %v", e.Attempts, e.Err)
	case e.Message != "":
		return fmt.Sprintf("inngestkit: the Inngest server refused events with status %d after %d attempts: %s", e.Status, e.Attempts, e.Message)
	}
	return fmt.Sprintf("inngestkit: the Inngest server refused events with status %d after %d attempts", e.Status, e.Attempts)
}

// Unwrap is the network's error.
func (e *SendError) Unwrap() error { return e.Err }

// bare drops the URL from an error of net/http: it holds the event key.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
