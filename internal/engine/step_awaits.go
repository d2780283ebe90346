package engine

import (
	"time"
)

// Awaits describes the wait of an open step, or of a finished one.
type Awaits struct {
	Until    time.Time // the end of a sleep or the timeout of a wait; zero if none
	Event    string    // an event's name
	Signal   string
	Function string // the composite id of an invoked function
	RunID    string // the invoked function's run
}

// awaits returns the step's wait, or the zero value if it has none.
func (s *step) awaits() Awaits {
	if s.waitsFor == nil {
		return Awaits{}
	}
	return *s.waitsFor
}
