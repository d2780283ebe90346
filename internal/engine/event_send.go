package engine

import (
	"fmt"
	"strings"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Send takes events in and starts what they trigger. It returns the internal
// ids of the events, in their order: a ULID each, made from seed when that is
// a value of the x-inngest-event-id-seed header and by chance when it is
// empty. A request that is sent again with its seed counts once. An event whose
// own id a function was started by within a day does not start it again, but
// resumes what waits for it. Either all events are taken or none; errors are
// *RequestError or ErrClosed.
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

// accept checks an event from outside and completes it.
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

// publish records an event, resumes what waits for it and starts what it
// triggers. One that was sent again, by its internal id, is left at that. The caller
// holds the lock. An empty internalID is filled in.
func (e *Engine) publish(ev *event, internalID string) string {
	if internalID != "" && e.events.find(internalID) != nil {
		return internalID
	}
	ev.internalID = internalID
	e.remember(ev)
	e.deliver(ev) // first: what an event starts it does not cancel
	for _, fn := range e.registry.triggered(ev) {
		if _, err := e.trigger(fn, ev); err != nil {
			e.log.Debug("run not started", "function", fn.id, "event", ev.internalID, "reason", err.Error())
		}
	}
	return ev.internalID
}

// remember keeps an event, with an id if it has none yet.
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

// dropHolder lets go of an event that a run, or what is to become one, has remembered.
func (e *Engine) dropHolder(ev *event) {
	if ev.holders--; ev.holders == 0 && ev.forgotten {
		e.journal.touchEvent(ev)
	}
}
