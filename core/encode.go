package inngestkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/internal/wire"
	"github.com/inngestkit/inngestkit/validate"
)

// Range of an event's timestamp that the server takes, 1980 to 2100.
const (
	minEventTime = 315532800_000
	maxEventTime = 4102444800_000
)

// outgoing is an event ready to be sent.
type outgoing struct {
	name string
	json []byte
}

// prepare validates and encodes all events, or none.
func (s *eventSender) prepare(events []Event, deriveID func(name string) string) ([]outgoing, error) {
	out := make([]outgoing, len(events))
	var invalid []*validate.Error
	ids := map[string]struct{}{}
	for i, ev := range events {
		env, data, err := encode(ev)
		if err == nil {
			err = s.admit(data, env)
		}
		if v, ok := errors.AsType[*validate.Error](err); ok {
			invalid = append(invalid, prefixed(v, i, len(events)))
			continue
		}
		if err != nil {
			return nil, &EventError{Index: i, Name: env.Name, Err: err}
		}
		if env.ID == "" && deriveID != nil {
			env.ID = deriveID(env.Name)
		}
		if _, taken := ids[env.ID]; taken && env.ID != "" {
			return nil, &EventError{Index: i, Name: env.Name, Err: ErrEventDuplicate}
		}
		ids[env.ID] = struct{}{}
		raw, err := json.Marshal(env)
		if err == nil && len(raw) > wire.MaxEventBytes {
			err = ErrEventTooLarge
		}
		if err != nil {
			return nil, &EventError{Index: i, Name: env.Name, Err: err}
		}
		out[i] = outgoing{env.Name, raw}
	}
	if all := validate.Join(invalid...); all != nil {
		return nil, all
	}
	return out, nil
}

// admit applies the rules of an event: those of its definition if the app
// knows one, or else those of its own type. An event of another type than the
// one that the app knows must satisfy both.
func (s *eventSender) admit(data any, env wire.Event) error {
	if env.Name == "" || badEventName(env.Name) || wildcard(env.Name) || strings.HasPrefix(env.Name, wire.SystemEventPrefix) {
		return ErrEventName
	}
	if env.TS != 0 && (env.TS < minEventTime || env.TS > maxEventTime) {
		return ErrEventTime
	}
	t := reflect.TypeOf(data)
	known := s.app.definitionOf(env.Name)
	if known != nil && known.typ == t {
		return known.validate(data)
	}
	if def := definitions.find(env.Name, t); def != nil {
		if err := def.validate(data); err != nil || known == nil {
			return err
		}
	}
	switch {
	case known != nil:
		return known.decode(env.Data)
	case s.app.settings.Strict:
		return ErrEventUnknown
	}
	return s.validateUndefined(t, data)
}

// validateUndefined applies the tags of a type that no definition has had
// checked: validator panics on wrong ones.
func (s *eventSender) validateUndefined(t reflect.Type, data any) error {
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

// checkedType is what is wrong with the tags of a type.
type checkedType struct{ err error }

var errNotEvent = errors.New("it is neither an inngestgo.Event nor an inngestgo.GenericEvent")

// sdkPackage is where inngestgo's events are declared.
var sdkPackage = reflect.TypeFor[inngestgo.Event]().PkgPath()

// encode reads an event's envelope and encodes its data, which it returns
// too. Events are inngestgo's, whatever their data's type; only reflection
// reads all of them without passing the data through JSON twice.
func encode(ev Event) (env wire.Event, data any, err error) {
	v := reflect.Indirect(reflect.ValueOf(ev))
	if !v.IsValid() || v.Kind() != reflect.Struct || v.Type().PkgPath() != sdkPackage {
		return env, nil, errNotEvent
	}
	env.Name = v.FieldByName("Name").String()
	env.Version = v.FieldByName("Version").String()
	env.TS = v.FieldByName("Timestamp").Int()
	if id, ok := reflect.TypeAssert[*string](v.FieldByName("ID")); ok && id != nil {
		env.ID = *id
	}
	data = v.FieldByName("Data").Interface()
	if env.Data, err = object(data); err != nil {
		return env, data, fmt.Errorf("its data %w", err)
	}
	if user := v.FieldByName("User"); user.Len() > 0 {
		if env.User, err = object(user.Interface()); err != nil {
			return env, data, fmt.Errorf("its user %w", err)
		}
	}
	return env, data, nil
}

// object encodes event data, which is a JSON object; nothing is an empty one.
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
