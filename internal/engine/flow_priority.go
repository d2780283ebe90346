package engine

import (
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

func (e *Engine) readPriority(c wire.FlowControl, f *flow) error {
	if c.Priority == nil || c.Priority.Run == "" {
		return nil
	}
	var err error
	f.priority, err = e.key("priority.run", c.Priority.Run)
	return err
}

// rank returns the time that orders a run's calls: the run's start, moved by its
// priority. A priority that is not a number counts as 0.
func (f *flow) rank(ev *event, now time.Time) time.Time {
	if f.priority.IsEmpty() {
		return now
	}
	seconds := min(max(f.priority.Number(ev), -wire.MaxPrioritySeconds), wire.MaxPrioritySeconds)
	return now.Add(-time.Duration(seconds * float64(time.Second)))
}
