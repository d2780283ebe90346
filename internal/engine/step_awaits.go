package engine

import (
	"time"
)

// Awaits is what an open step waits for, or a finished one waited for.
type Awaits struct {
	Until    time.Time // the end of a sleep or the timeout of a wait; zero if none
	Event    string    // the name of an event
	Signal   string
	Function string // the composite id of an invoked function
	RunID    string // the invoked function's run
}

// awaits is what the step waits for, or has waited for.
func (s *step) awaits() Awaits {
	if s.waitsFor == nil {
		return Awaits{}
	}
	return *s.waitsFor
}
