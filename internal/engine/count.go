package engine

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
	c := Counts{Runs: map[Status]int{}}
	for _, r := range e.runs.byID {
		c.Runs[r.status]++
	}
	for _, ev := range e.events.list {
		if !ev.internal() {
			c.Events++
		}
	}
	return c
}
