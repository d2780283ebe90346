package sending

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/core/internal/declare"
	"github.com/inngestkit/inngestkit/internal/sdk"
	"github.com/inngestkit/inngestkit/internal/wire"
	"github.com/inngestkit/inngestkit/validate"
)

// Event is an event that is ready to be sent.
type Event struct {
	Name string
	// ID is the event's own id, or empty. Derived is the same if it was derived
	// for an event without one.
	ID, Derived string
	json        []byte
}

// Prepare validates and encodes all events, or none. The function deriveID,
// which may be nil, gives an id to an event without one. Errors are a
// *validate.Error or a *EventError.
func (s *Sender) Prepare(events []any, deriveID func(name string) string) ([]Event, error) {
	out := make([]Event, len(events))
	var invalid []*validate.Error
	ids := map[string]struct{}{}
	for i, ev := range events {
		env, data, err := encode(ev)
		if err == nil {
			err = s.check(data, env)
		}
		if v, ok := errors.AsType[*validate.Error](err); ok {
			invalid = append(invalid, Numbered(v, i, len(events)))
			continue
		}
		if err != nil {
			return nil, &EventError{Index: i, Name: env.Name, Err: err}
		}
		derived := ""
		if env.ID == "" && deriveID != nil {
			derived = deriveID(env.Name)
			env.ID = derived
		}
		if _, taken := ids[env.ID]; taken && env.ID != "" {
			return nil, &EventError{Index: i, Name: env.Name, Err: ErrDuplicate}
		}
		ids[env.ID] = struct{}{}
		raw, err := json.Marshal(env)
		if err == nil && len(raw) > wire.MaxEventBytes {
			err = ErrTooLarge
		}
		if err != nil {
			return nil, &EventError{Index: i, Name: env.Name, Err: err}
		}
		out[i] = Event{env.Name, env.ID, derived, raw}
	}
	if all := validate.Join(invalid...); all != nil {
		return nil, all
	}
	return out, nil
}

// Numbered names the event at fault when there are several.
func Numbered(e *validate.Error, index, of int) *validate.Error {
	if of == 1 {
		return e
	}
	return e.WithPrefix(fmt.Sprintf("events[%d]", index))
}

// check applies the rules of an event: those of its definition if the app
// knows one, otherwise those of the type of its data. If that type is not the
// definition's, the event must satisfy both.
func (s *Sender) check(data any, env wire.Event) error {
	if env.Name == "" || declare.BadEventName(env.Name) || declare.Wildcard(env.Name) || strings.HasPrefix(env.Name, wire.SystemEventPrefix) {
		return ErrName
	}
	if env.TS != 0 && (env.TS < wire.MinEventTime || env.TS > wire.MaxEventTime) {
		return ErrTime
	}
	t := reflect.TypeOf(data)
	known := s.known(env.Name)
	if known != nil && known.Type == t {
		return known.Validate(data)
	}
	if def := declare.Events.Find(env.Name, t); def != nil {
		if err := def.Validate(data); err != nil || known == nil {
			return err
		}
	}
	switch {
	case known != nil:
		return known.Decode(env.Data)
	case s.settings.Strict:
		return ErrUnknown
	}
	return s.validateUndefined(t, data)
}

// validateUndefined applies the tags of a type that no definition's check has
// seen: validator panics on wrong ones.
func (s *Sender) validateUndefined(t reflect.Type, data any) error {
	if t == nil {
		return nil
	}
	checked, ok := s.checked.Load(t)
	if !ok {
		checked, _ = s.checked.LoadOrStore(t, checkedType{validate.CheckType(t)})
	}
	if err := checked.(checkedType).err; err != nil { //nolint:forcetypeassert // the line above stored it
		return fmt.Errorf("its data cannot be validated: %w", err)
	}
	return validate.Struct(data)
}

// checkedType is the error of checking a type's tags, or nil.
type checkedType struct{ err error }

// Name returns the name of an event, or "" if it has none.
func Name(ev any) string {
	e, _ := open(ev)
	return e.Name
}

// JSON returns an event as JSON, and reports whether it is one with this name
// that can be written.
func JSON(ev any, name string) ([]byte, bool) {
	if Name(ev) != name {
		return nil, false
	}
	env, _, err := encode(ev)
	if err != nil {
		return nil, false
	}
	raw, err := json.Marshal(env)
	return raw, err == nil
}

// encode reads an event's envelope and encodes its data, which it returns too.
func encode(ev any) (env wire.Event, data any, err error) {
	e, ok := open(ev)
	if !ok {
		return env, nil, ErrNotEvent
	}
	env = wire.Event{ID: e.ID, Name: e.Name, Version: e.Version, TS: e.Timestamp}
	if env.Data, err = object(e.Data); err != nil {
		return env, e.Data, fmt.Errorf("its data %w", err)
	}
	if len(e.User) > 0 {
		if env.User, err = object(e.User); err != nil {
			return env, e.Data, fmt.Errorf("its user %w", err)
		}
	}
	return env, e.Data, nil
}

// open reads the SDK's own events as they are, and any other by its Event
// method.
func open(ev any) (e sdk.Envelope, ok bool) {
	if e, ok = sdk.Open(ev); ok {
		return e, true
	}
	other, ok := ev.(interface{ Event() inngestgo.Event })
	if !ok {
		return e, false
	}
	defer func() {
		if recover() != nil { // such as a method called on a nil pointer
			ok = false
		}
	}()
	return sdk.Open(other.Event())
}

// object encodes event data as a JSON object; nil becomes an empty one.
func object(data any) (json.RawMessage, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return nil, &encodeError{err}
	}
	switch {
	case bytes.Equal(raw, []byte("null")):
		return json.RawMessage("{}"), nil
	case raw[0] != '{':
		return nil, errors.New("is not a JSON object")
	}
	return raw, nil
}

// encodeError is an error of encoding/json without the value that its text
// may quote.
type encodeError struct{ err error }

func (e *encodeError) Error() string {
	var (
		value  *json.UnsupportedValueError
		typ    *json.UnsupportedTypeError
		custom *json.MarshalerError
	)
	switch {
	case errors.As(e.err, &custom): // it may wrap one of the others
		return fmt.Sprintf("cannot be written as JSON: the method of %s that writes it failed", custom.Type)
	case errors.As(e.err, &typ):
		return fmt.Sprintf("cannot be written as JSON: it holds a %s", typ.Type)
	case errors.As(e.err, &value):
		return "cannot be written as JSON: a number is NaN or infinite, or it refers to itself"
	}
	return "cannot be written as JSON"
}

func (e *encodeError) Unwrap() error { return e.err }
