package engine

import (
	"encoding/json"
	"fmt"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Invocation is the result of Invoke. RunID is empty while the function batches or
// debounces its events. Known reports whether InvokeOnce had started it before.
type Invocation struct {
	EventID, RunID string
	Known          bool
}

// Invoke starts a run of a function, by its composite id or UUID, with the event
// of an invocation. Data and user are JSON objects, or empty. Errors are
// *RequestError, also if the function is paused or a limit refuses the run,
// ErrNotFound for an unknown function, ErrStore or ErrClosed.
func (e *Engine) Invoke(function string, data, user json.RawMessage) (Invocation, error) {
	return e.invoke(function, nil, data, user)
}

// InvokeOnce is Invoke with an effect only once a day for each key of a function.
func (e *Engine) InvokeOnce(function, key string, data, user json.RawMessage) (Invocation, error) {
	return e.invoke(function, &key, data, user)
}

func (e *Engine) invoke(function string, key *string, data, user json.RawMessage) (in Invocation, err error) {
	if data, err = object("data", data); err != nil {
		return Invocation{}, badRequest("%v", err)
	}
	if user, err = object("user", user); err != nil {
		return Invocation{}, badRequest("%v", err)
	}
	size := len(data) + len(user)
	if key != nil {
		size += len(*key)
	}
	if size > wire.MaxEventBytes {
		return Invocation{}, tooLarge("the event is larger than %d bytes", wire.MaxEventBytes)
	}
	defer e.awaitCommit(&err)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return Invocation{}, ErrClosed
	}
	fn := e.registry.lookup(function)
	if fn == nil {
		return Invocation{}, fmt.Errorf("function %q: %w", function, ErrNotFound)
	}
	id := ""
	if key != nil {
		id = fn.uuid + " " + *key
		if known := e.invoked(id); known != nil {
			return *known, nil
		}
	}
	ev, err := e.invocation(id, data, user, map[string]string{"fn_id": fn.id})
	if err != nil {
		return Invocation{}, badRequest("data: %v", err)
	}
	r, err := e.trigger(fn, ev)
	e.pump()
	if err != nil {
		return Invocation{}, err
	}
	if r == nil {
		return Invocation{EventID: ev.internalID}, nil
	}
	return Invocation{EventID: ev.internalID, RunID: r.id}, nil
}

// invoked returns the invocation that InvokeOnce made with an event id within a
// day. It returns nil if there was none, or if a limit refused it.
func (e *Engine) invoked(id string) *Invocation {
	ev := e.events.find(id)
	if ev == nil || ev.Name != wire.EventFunctionInvoked || ev.holders == 0 || e.clock.Now().Sub(ev.receivedAt) >= wire.IdempotencyPeriod {
		return nil
	}
	known := &Invocation{EventID: ev.internalID, Known: true}
	if len(ev.runs) > 0 {
		known.RunID = ev.runs[0]
	}
	return known
}
