package inngestkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/inngestkit/inngestkit/internal/wire"
	"github.com/inngestkit/inngestkit/validate"
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
	for i, ev := range events {
		env, err := encode(ev)
		if err == nil {
			err = s.admit(ev, env)
		}
		var v *validate.Error
		if errors.As(err, &v) {
			invalid = append(invalid, prefixed(v, i, len(events)))
			continue
		}
		if err != nil {
			return nil, &EventError{Index: i, Name: env.Name, Err: err}
		}
		if env.ID == "" && deriveID != nil {
			env.ID = deriveID(env.Name)
		}
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
// knows one, or else those of its own type.
func (s *eventSender) admit(ev Event, env wire.Event) error {
	if env.Name == "" || badEventName(env.Name) || wildcard(env.Name) {
		return ErrEventName
	}
	data := field(ev, "Data")
	def := definitions.find(env.Name, data.Type())
	known := s.app.definitionOf(env.Name)
	switch {
	case def != nil:
		return def.validate(data.Interface())
	case known != nil && known.typ == data.Type():
		return known.validate(data.Interface())
	case known != nil:
		return known.decode(env.Data)
	case s.app.settings.Strict:
		return ErrEventUnknown
	}
	return validate.Struct(data.Interface())
}

var errNotEvent = errors.New("it is neither an inngestgo.Event nor an inngestgo.GenericEvent")

// encode reads an event's envelope and encodes its data. The event is one of
// inngestgo's, whatever its data's type; only reflection reads all of them
// without passing the data through JSON twice.
func encode(ev Event) (wire.Event, error) {
	var env wire.Event
	if ev == nil || !field(ev, "Name").IsValid() || !field(ev, "Data").IsValid() {
		return env, errNotEvent
	}
	env.Name = field(ev, "Name").String()
	env.Version = field(ev, "Version").String()
	env.TS = field(ev, "Timestamp").Int()
	if id, ok := field(ev, "ID").Interface().(*string); ok && id != nil {
		env.ID = *id
	}
	var err error
	if env.Data, err = object(field(ev, "Data").Interface()); err != nil {
		return env, err
	}
	if user := field(ev, "User"); user.Len() > 0 {
		env.User, err = object(user.Interface())
	}
	return env, err
}

func field(ev Event, name string) reflect.Value {
	v := reflect.ValueOf(ev)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	return v.FieldByName(name)
}

// object encodes event data, which is a JSON object; nothing is an empty one.
func object(data any) (json.RawMessage, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("its data cannot be written as JSON: %w", withoutValue(err))
	}
	switch {
	case bytes.Equal(raw, []byte("null")):
		return json.RawMessage("{}"), nil
	case raw[0] != '{':
		return nil, errors.New("its data is not a JSON object")
	}
	return raw, nil
}

// withoutValue keeps the kind of an encoding error and drops the value that
// encoding/json quotes.
func withoutValue(err error) error {
	var value *json.UnsupportedValueError
	if errors.As(err, &value) {
		return errors.New("a number is NaN or infinite, or data refers to itself")
	}
	return err
}
