package engine

import (
	"encoding/json"
	"fmt"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Invocation is a function that Invoke has started. RunID is empty while the
// function batches or debounces its events. Known is one that InvokeOnce had
// started before.
type Invocation struct {
	EventID, RunID string
	Known          bool
}

// Invoke starts a run of one function, named by its composite id or UUID, with
// the event that an invocation makes. Data and user are JSON objects, or empty.
// Errors are *RequestError, when the function is paused or one of its limits
// is met, ErrNotFound for an unknown function, or ErrClosed.
func (e *Engine) Invoke(function string, data, user json.RawMessage) (Invocation, error) {
	return e.invoke(function, nil, data, user)
}

// InvokeOnce does what Invoke does, but only once a day for each key of a
// function.
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

// invoked returns the invocation that an event of this id made within a day, or
// nil if there was none, or none that came to anything.
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
