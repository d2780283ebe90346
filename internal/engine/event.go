package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// RequestError is a request that an engine refuses, with the HTTP status that
// says so.
type RequestError struct {
	Status  int
	Message string
}

func (e *RequestError) Error() string { return e.Message }

func badRequest(format string, args ...any) error {
	return &RequestError{Status: http.StatusBadRequest, Message: fmt.Sprintf(format, args...)}
}

// event is an event that has been accepted. Only runs changes.
type event struct {
	wire.Event
	raw        json.RawMessage // as apps see it
	internalID string
	receivedAt time.Time
	seq        uint64
	runs       []string // ids
	invoker    *pending // the step that made it to invoke a function
	decoded    any
	holders    int  // runs, batches and the like that remember it
	forgotten  bool // by the log
}

// Document implements expr.Event.
func (ev *event) Document() any {
	if ev.decoded == nil {
		ev.decoded = expr.Decode(ev.raw)
	}
	return ev.decoded
}

// ParseEvents reads the body of an event request: one event or an array of
// them. Errors are *RequestError.
func ParseEvents(body []byte) ([]wire.Event, error) {
	if len(body) > wire.MaxRequestBytes {
		return nil, tooLarge("the request is larger than %d bytes", wire.MaxRequestBytes)
	}
	body = bytes.TrimSpace(body)
	var raws []json.RawMessage
	switch {
	case len(body) == 0:
		return nil, badRequest("the request carries no event")
	case body[0] == '[':
		if err := json.Unmarshal(body, &raws); err != nil {
			return nil, badRequest("the body is not a JSON array of events: %v", err)
		}
	default:
		raws = []json.RawMessage{body}
	}
	if len(raws) > wire.MaxRequestEvents {
		return nil, badRequest("the request carries %d events; at most %d are taken at once", len(raws), wire.MaxRequestEvents)
	}
	events := make([]wire.Event, len(raws))
	for i, raw := range raws {
		if len(raw) > wire.MaxEventBytes {
			return nil, tooLarge("the event at index %d is larger than %d bytes", i, wire.MaxEventBytes)
		}
		if raw[0] != '{' && json.Valid(raw) {
			return nil, badRequest("the event at index %d is not a JSON object", i)
		}
		if err := json.Unmarshal(raw, &events[i]); err != nil {
			return nil, badRequest("the event at index %d is not valid: %v", i, err)
		}
	}
	return events, nil
}

func tooLarge(format string, args ...any) error {
	return &RequestError{Status: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf(format, args...)}
}

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

// object returns raw if it is a JSON object, {} if it is absent.
func object(field string, raw json.RawMessage) (json.RawMessage, error) {
	if isNull(raw) {
		return json.RawMessage("{}"), nil
	}
	raw = bytes.TrimSpace(raw)
	if raw[0] != '{' {
		return nil, fmt.Errorf("%s must be a JSON object", field)
	}
	if !json.Valid(raw) {
		return nil, fmt.Errorf("%s is not valid JSON", field)
	}
	if overflows(raw) {
		return nil, fmt.Errorf("%s holds a number that overflows a double; send it as a string", field)
	}
	return raw, nil
}

func isNull(raw json.RawMessage) bool {
	raw = bytes.TrimSpace(raw)
	return len(raw) == 0 || string(raw) == "null"
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

// seal fixes the bytes that apps see.
func (ev *event) seal() {
	b := append(make([]byte, 0, len(ev.Data)+len(ev.User)+128), `{"data":`...)
	b = append(b, ev.Data...)
	b = append(b, `,"id":`...)
	b = appendString(b, ev.ID)
	b = append(b, `,"name":`...)
	b = appendString(b, ev.Name)
	b = fmt.Appendf(b, `,"ts":%d`, ev.TS)
	b = append(b, `,"user":`...)
	if len(ev.User) > 0 {
		b = append(b, ev.User...)
	} else {
		b = append(b, "{}"...)
	}
	if ev.Version != "" {
		b = appendString(append(b, `,"v":`...), ev.Version)
	}
	b = append(b, '}')
	ev.raw = b
}

func appendString(b []byte, s string) []byte {
	quoted, _ := json.Marshal(s) // a string always marshals
	return append(b, quoted...)
}
