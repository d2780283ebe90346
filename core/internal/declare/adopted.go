package declare

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"

	"github.com/inngest/inngestgo"
)

// Adopted returns the shell of a function made by inngestgo.CreateFunction, or
// an empty one for nil.
func Adopted(fn inngestgo.ServableFunction) Shell {
	if fn == nil || fn.Func() == nil {
		return &adoptedShell{}
	}
	return &adoptedShell{fn: reflect.ValueOf(fn.Func())}
}

// adoptedShell calls an SDKFunction[T] whose T cannot be named here.
type adoptedShell struct{ fn reflect.Value }

func (s *adoptedShell) input() reflect.Type { return s.fn.Type().In(1) }

func (s *adoptedShell) eventType() reflect.Type {
	field, _ := s.input().FieldByName("Event")
	return field.Type
}

func (s *adoptedShell) DataType() reflect.Type {
	field, _ := s.eventType().FieldByName("Data")
	return field.Type
}

func (s *adoptedShell) Decode(raw json.RawMessage) (Decoded, error) {
	ev := reflect.New(s.eventType())
	err := json.Unmarshal(raw, ev.Interface())
	ev = ev.Elem()
	return Decoded{
		Name:  ev.FieldByName("Name").String(),
		Data:  ev.FieldByName("Data").Interface(),
		Event: ev.Interface(),
	}, err
}

func (s *adoptedShell) Run(ctx context.Context, event Decoded, batch []Decoded, in inngestgo.InputCtx) (any, error) {
	input := reflect.New(s.input()).Elem()
	input.FieldByName("Event").Set(reflect.ValueOf(event.Event))
	events := reflect.MakeSlice(reflect.SliceOf(s.eventType()), 0, len(batch))
	for _, ev := range batch {
		events = reflect.Append(events, reflect.ValueOf(ev.Event))
	}
	input.FieldByName("Events").Set(events)
	input.FieldByName("InputCtx").Set(reflect.ValueOf(in))

	out := s.fn.Call([]reflect.Value{reflect.ValueOf(ctx), input})
	err, _ := reflect.TypeAssert[error](out[1])
	return out[0].Interface(), err
}

var errNotAdoptable = errors.New("its handler is not a func(context.Context, inngestgo.Input[T]) (any, error)")

// adoptable checks a shell's shape, so that no call panics on it.
func (s *adoptedShell) adoptable() error {
	if !s.fn.IsValid() {
		return nil // Adopt has said so
	}
	t := s.fn.Type()
	if t.Kind() != reflect.Func || t.NumIn() != 2 || t.NumOut() != 2 || t.In(1).Kind() != reflect.Struct {
		return errNotAdoptable
	}
	for _, name := range []string{"Event", "Events", "InputCtx"} {
		if _, ok := t.In(1).FieldByName(name); !ok {
			return errNotAdoptable
		}
	}
	return nil
}
