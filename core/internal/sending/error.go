package sending

import (
	"errors"
	"fmt"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Problems of an event that keep it from being sent. Package inngestkit
// exports and documents them.
var (
	ErrTooLarge  = errors.New("the event exceeds the limit of 512 KiB")
	ErrName      = fmt.Errorf("the event's name is empty, holds spaces, control characters or '*', has more than %d bytes, or begins with the \"inngest/\" of the server's own events", wire.MaxEventNameBytes)
	ErrTime      = errors.New("the event's timestamp does not lie between 1980 and 2100; it is in milliseconds, as time.Time.UnixMilli returns")
	ErrDuplicate = errors.New("the event has the id of an earlier event of the same send, so the server would drop it; give each event its own id, or none")
	ErrUnknown   = errors.New("the app knows no definition of the event's name; define it, or list it in Config.Events")
	ErrNotEvent  = errors.New("the value is not an event; make it with EventType.New, or use an inngestgo.Event")
)

// EventError is an event that cannot be sent. Nothing was sent. Its fields are
// those of inngestkit.EventError.
type EventError struct {
	Index int
	Name  string
	Err   error
}

// Error returns the problem's text.
func (e *EventError) Error() string { return e.Err.Error() }

// Unwrap returns the problem.
func (e *EventError) Unwrap() error { return e.Err }

// SendError is a send that the event API did not accept. Its fields are those of
// inngestkit.SendError.
type SendError struct {
	Status     int
	Message    string
	Retriable  bool
	RetryAfter time.Duration
	Attempts   int
	Index      int
	Err        error
}

// Error is not shown: users see inngestkit.SendError.
func (*SendError) Error() string { return "the events were not accepted" }

// Tries counts attempts in words.
func Tries(n int) string {
	if n == 1 {
		return "1 attempt"
	}
	return fmt.Sprint(n, " attempts")
}
