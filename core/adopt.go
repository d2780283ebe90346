package inngestkit

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"

	"github.com/inngest/inngestgo"
)

// Adopt makes a Function of one already created with
// inngestgo.CreateFunction, so that a team can move one at a time. It keeps
// its id, options, triggers and handler. Its client must have had the app's
// id, or running runs would lose their function; Register says so.
func Adopt(fn inngestgo.ServableFunction, options ...FunctionOption) Function {
	spec := &functionSpec{site: callSite(2), trigger: Trigger{}}
	if fn == nil || fn.Func() == nil {
		spec.shell = &adoptedShell{}
		spec.mistake("", "", "Adopt was given no function", "pass what inngestgo.CreateFunction returned")
		return Function{spec}
	}
	spec.opts = fn.Config()
	spec.opts.Name = fn.Name()
	spec.trigger = fn.Trigger()
	spec.adoptedFrom = fn.FullyQualifiedID()
	spec.shell = &adoptedShell{fn: reflect.ValueOf(fn.Func())}
	for _, option := range options {
		option(spec)
	}
	return Function{spec}
}

// adoptedShell calls an SDKFunction[T] whose T nobody here can name.
type adoptedShell struct{ fn reflect.Value }

func (s *adoptedShell) input() reflect.Type { return s.fn.Type().In(1) }

func (s *adoptedShell) eventType() reflect.Type {
	field, _ := s.input().FieldByName("Event")
	return field.Type
}

func (s *adoptedShell) dataType() reflect.Type {
	field, _ := s.eventType().FieldByName("Data")
	return field.Type
}

func (s *adoptedShell) decode(raw json.RawMessage) (decodedEvent, error) {
	ev := reflect.New(s.eventType())
	err := json.Unmarshal(raw, ev.Interface())
	ev = ev.Elem()
	return decodedEvent{
		name:  ev.FieldByName("Name").String(),
		data:  ev.FieldByName("Data").Interface(),
		event: ev.Interface(),
	}, err
}

func (s *adoptedShell) run(ctx context.Context, event decodedEvent, batch []decodedEvent, in inngestgo.InputCtx) (any, error) {
	input := reflect.New(s.input()).Elem()
	input.FieldByName("Event").Set(reflect.ValueOf(event.event))
	events := reflect.MakeSlice(reflect.SliceOf(s.eventType()), 0, len(batch))
	for _, ev := range batch {
		events = reflect.Append(events, reflect.ValueOf(ev.event))
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
