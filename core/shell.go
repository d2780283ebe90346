package inngestkit

import (
	"context"
	"encoding/json"
	"reflect"

	"github.com/inngest/inngestgo"
)

// shell is a user's handler without its type parameter. There are three: the
// typed one, the adopted one and the failure one.
type shell interface {
	// dataType is the type of the events' data.
	dataType() reflect.Type
	// decode reads one event's JSON.
	decode(raw json.RawMessage) (decodedEvent, error)
	// run calls the handler with events that decode returned. The first is
	// the run's event, the others its batch.
	run(ctx context.Context, event decodedEvent, batch []decodedEvent, in inngestgo.InputCtx) (any, error)
}

// decodedEvent is an event in its handler's own type.
type decodedEvent struct {
	name  string
	data  any // what rules apply to
	event any // GenericEvent[T]
}

type typedShell[T any] struct {
	handler inngestgo.SDKFunction[T]
	read    func(raw []byte) (inngestgo.GenericEvent[T], error)
}

func (s *typedShell[T]) dataType() reflect.Type { return reflect.TypeFor[T]() }

func (s *typedShell[T]) decode(raw json.RawMessage) (decodedEvent, error) {
	ev, err := s.read(raw)
	return decodedEvent{name: ev.Name, data: ev.Data, event: ev}, err
}

func (s *typedShell[T]) run(ctx context.Context, event decodedEvent, batch []decodedEvent, in inngestgo.InputCtx) (any, error) {
	return s.handler(ctx, typedInput[T](event, batch, in))
}

func typedInput[T any](event decodedEvent, batch []decodedEvent, in inngestgo.InputCtx) inngestgo.Input[T] {
	input := inngestgo.Input[T]{Events: make([]inngestgo.GenericEvent[T], len(batch)), InputCtx: in}
	input.Event = event.event.(inngestgo.GenericEvent[T]) //nolint:forcetypeassert // decode made it
	for i, ev := range batch {
		input.Events[i] = ev.event.(inngestgo.GenericEvent[T]) //nolint:forcetypeassert // decode made it
	}
	return input
}
