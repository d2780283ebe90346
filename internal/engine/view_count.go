package engine

import "maps"

// Counts is how much is known.
type Counts struct {
	Runs map[Status]int
	// Events counts those from outside only.
	Events int
}

// Counts counts what is known.
func (e *Engine) Counts() Counts {
	e.mu.Lock()
	defer e.mu.Unlock()
	return Counts{Runs: maps.Clone(e.runs.counts), Events: len(e.events.list) - e.events.own}
}
