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

// rank is the time by which a run's calls stand in line: when it was started,
// moved by its priority. An expression that gives no number moves nothing.
func (f *flow) rank(ev *event, now time.Time) time.Time {
	if f.priority.IsEmpty() {
		return now
	}
	seconds := min(max(f.priority.Number(ev), -wire.MaxPrioritySeconds), wire.MaxPrioritySeconds)
	return now.Add(-time.Duration(seconds * float64(time.Second)))
}
