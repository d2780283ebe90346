package engine

import (
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Event describes an accepted event.
type Event struct {
	wire.Event
	InternalID string
	ReceivedAt time.Time
	RunIDs     []string
}

// Event returns an event by its id or its internal id. It returns ErrNotFound for
// an unknown event.
func (e *Engine) Event(id string) (Event, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	ev := e.events.find(id)
	if ev == nil {
		return Event{}, ErrNotFound
	}
	return ev.view(), nil
}

func (ev *event) view() Event {
	v := Event{Event: ev.Event, InternalID: ev.internalID, ReceivedAt: ev.receivedAt, RunIDs: []string{}}
	v.RunIDs = append(v.RunIDs, ev.runs...)
	return v
}

// EventRuns returns the remembered runs that an event started, in the order of
// their start. It returns ErrNotFound for an unknown event.
func (e *Engine) EventRuns(id string) ([]Run, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	ev := e.events.find(id)
	if ev == nil {
		return nil, ErrNotFound
	}
	out := []Run{}
	for _, id := range ev.runs {
		if r := e.runs.byID[id]; r != nil {
			out = append(out, r.view(e.clock.Now()))
		}
	}
	return out, nil
}
