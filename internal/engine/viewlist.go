package engine

import (
	"strings"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Events returns at most limit of the latest events, the newest first. With a
// name it returns only events of that name. Events that the engine sent itself
// are left out unless they are asked for.
func (e *Engine) Events(limit int, name string, internal bool) []Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := []Event{}
	for i := len(e.events.list) - 1; i >= 0 && len(out) < limit; i-- {
		ev := e.events.list[i]
		if (name == "" || ev.Name == name) && (internal || !strings.HasPrefix(ev.Name, wire.SystemEventPrefix)) {
			out = append(out, ev.view())
		}
	}
	return out
}

// EventRuns returns the runs that an event started, in the order in which they
// began.
func (e *Engine) EventRuns(id string) ([]Run, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	ev := e.events.find(id)
	if ev == nil {
		return nil, ErrNotFound
	}
	out := []Run{}
	for _, r := range ev.runs {
		out = append(out, r.view())
	}
	return out, nil
}

// Runs returns at most limit of the latest runs, the newest first.
func (e *Engine) Runs(limit int) []Run {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := []Run{}
	for i := len(e.events.list) - 1; i >= 0; i-- {
		runs := e.events.list[i].runs
		for j := len(runs) - 1; j >= 0; j-- {
			if len(out) == limit {
				return out
			}
			out = append(out, runs[j].view())
		}
	}
	return out
}
