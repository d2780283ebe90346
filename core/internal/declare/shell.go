package declare

import (
	"context"
	"encoding/json"
	"reflect"

	"github.com/inngest/inngestgo"
)

// Shell is a user's handler without its type parameter. There are three: the
// typed one, the adopted one and the failure handler's.
type Shell interface {
	// DataType is the type of the events' data.
	DataType() reflect.Type
	// Decode reads one event's JSON.
	Decode(raw json.RawMessage) (Decoded, error)
	// Run calls the handler with events that Decode returned. The first is
	// the run's event, the others its batch.
	Run(ctx context.Context, event Decoded, batch []Decoded, in inngestgo.InputCtx) (any, error)
}

// Decoded is an event in its handler's own type.
type Decoded struct {
	Name  string
	Data  any // the data that rules apply to
	Event any // GenericEvent[T]
}

// Typed returns the shell of a handler.
func Typed[T any](handler inngestgo.SDKFunction[T]) Shell {
	return &typedShell[T]{handler: handler, read: decoder[inngestgo.GenericEvent[T]]()}
}

type typedShell[T any] struct {
	handler inngestgo.SDKFunction[T]
	read    func(raw []byte) (inngestgo.GenericEvent[T], error)
}

func (s *typedShell[T]) DataType() reflect.Type { return reflect.TypeFor[T]() }

func (s *typedShell[T]) Decode(raw json.RawMessage) (Decoded, error) {
	ev, err := s.read(raw)
	return Decoded{Name: ev.Name, Data: ev.Data, Event: ev}, err
}

func (s *typedShell[T]) Run(ctx context.Context, event Decoded, batch []Decoded, in inngestgo.InputCtx) (any, error) {
	return s.handler(ctx, typedInput[T](event, batch, in))
}

func typedInput[T any](event Decoded, batch []Decoded, in inngestgo.InputCtx) inngestgo.Input[T] {
	input := inngestgo.Input[T]{Events: make([]inngestgo.GenericEvent[T], len(batch)), InputCtx: in}
	input.Event = event.Event.(inngestgo.GenericEvent[T]) //nolint:forcetypeassert // decode made it
	for i, ev := range batch {
		input.Events[i] = ev.Event.(inngestgo.GenericEvent[T]) //nolint:forcetypeassert // decode made it
	}
	return input
}
