package engine

import (
	"slices"
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
	for _, ev := range slices.Backward(e.events.list) {
		if len(out) == limit {
			break
		}
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
	for _, r := range slices.Backward(e.runs.started) {
		if len(out) == limit {
			break
		}
		if !e.runs.forgotten(r) {
			out = append(out, r.view())
		}
	}
	return out
}
