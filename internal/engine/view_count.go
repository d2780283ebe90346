package engine

import "maps"

// Counts has the numbers of remembered runs and events.
type Counts struct {
	Runs map[Status]int
	// Events does not count the engine's own events.
	Events int
}

// Counts returns the numbers of remembered runs and events.
func (e *Engine) Counts() Counts {
	e.mu.Lock()
	defer e.mu.Unlock()
	return Counts{Runs: maps.Clone(e.runs.counts), Events: len(e.events.list) - e.events.own}
}
