package engine

import (
	"fmt"
	"strings"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Send accepts events, resumes the steps that wait for them and starts the
// functions that they trigger. It accepts all events or none.
//
// Send returns the internal id of each event, a ULID. It derives the ids from
// seed, a value of the x-inngest-event-id-seed header; without one they are
// random. Sending events again with their seed has no effect. For a day, an event
// with the id of an earlier one does not start the same function again, but it
// does resume steps.
//
// Errors are *RequestError, ErrStore or ErrClosed.
func (e *Engine) Send(seed string, events ...wire.Event) (ids []string, err error) {
	accepted := make([]*event, len(events))
	for i := range events {
		ev, err := e.accept(events[i])
		if err != nil {
			return nil, badRequest("the event at index %d: %v", i, err)
		}
		accepted[i] = ev
	}
	from, seeded := parseSeed(seed)
	defer e.awaitCommit(&err)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, ErrClosed
	}
	out := make([]string, len(accepted))
	for i, ev := range accepted {
		id := ""
		if seeded {
			id = from.id(i)
		}
		out[i] = e.publish(ev, id)
	}
	e.pump()
	return out, nil
}

// accept validates an event from a request and completes it.
func (e *Engine) accept(ev wire.Event) (*event, error) {
	switch {
	case strings.TrimSpace(ev.Name) == "":
		return nil, fmt.Errorf("event name is empty")
	case strings.HasPrefix(ev.Name, wire.SystemEventPrefix):
		return nil, fmt.Errorf("event name is reserved for internal use: %s", ev.Name)
	case ev.TS != 0 && ev.TS < wire.MinEventTime:
		return nil, fmt.Errorf("ts is before 1980; it is counted in milliseconds")
	case ev.TS > wire.MaxEventTime:
		return nil, fmt.Errorf("ts is after the start of 2100; it is counted in milliseconds")
	}
	var err error
	if ev.Data, err = object("data", ev.Data); err != nil {
		return nil, err
	}
	if ev.User, err = object("user", ev.User); err != nil {
		return nil, err
	}
	return e.newEvent(ev), nil
}

func (e *Engine) newEvent(ev wire.Event) *event {
	now := e.clock.Now()
	if ev.TS == 0 {
		ev.TS = now.UnixMilli()
	}
	return &event{Event: ev, receivedAt: now}
}

// publish remembers an event, resumes the steps that wait for it and starts the
// functions that it triggers. It ignores an event whose internal id is known. It
// returns the internal id, which it makes if internalID is empty. The caller
// holds the lock.
func (e *Engine) publish(ev *event, internalID string) string {
	if internalID != "" && e.events.find(internalID) != nil {
		return internalID
	}
	ev.internalID = internalID
	e.remember(ev)
	e.deliver(ev) // first, because an event does not cancel the runs that it starts
	for _, fn := range e.registry.triggered(ev) {
		if _, err := e.trigger(fn, ev); err != nil {
			e.log.Debug("run not started", "function", fn.id, "event", ev.internalID, "reason", err.Error())
		}
	}
	return ev.internalID
}

// remember adds an event to the log, and gives it ids if it has none.
func (e *Engine) remember(ev *event) {
	if ev.internalID == "" {
		ev.internalID = e.newID(ev.receivedAt)
	}
	if ev.ID == "" {
		ev.ID = ev.internalID
	}
	ev.seal()
	e.events.add(ev)
	e.changed(ChangedEvent, ev.internalID)
}

// dropHolder notes that a run, a batch or a debounce no longer refers to an
// event.
func (e *Engine) dropHolder(ev *event) {
	if ev.holders--; ev.holders == 0 && ev.forgotten {
		e.journal.touchEvent(ev)
	}
}
