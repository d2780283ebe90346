package inngestkit

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/core/internal/declare"
)

// Failure is the input of a failure handler.
type Failure[T any] struct {
	// Event is the event that started the failed run. It is not validated:
	// the run may have failed because it is invalid. Fields that do not fit
	// are left zero.
	Event inngestgo.GenericEvent[T]
	// Events are all events of a batch, or the one event.
	Events []inngestgo.GenericEvent[T]
	// Error is the error that the run ended with.
	Error FailureError
	// FunctionID is the full id of the failed function, "<app>-<function>".
	FunctionID string
	// RunID is the id of the failed run. The handler's run has another.
	RunID string
}

// FailureError is the error of a failed run, as it was reported.
type FailureError struct {
	Name    string `json:"name"`
	Message string `json:"message"`
	Stack   string `json:"stack,omitempty"`
}

// Error returns the message.
func (e FailureError) Error() string { return e.Message }

// WithOnFailure calls handler when a run of the function has failed for good,
// with the event that started it. The handler is a separate function with the
// id "<function>-failure": it may use steps and is retried, and shares none of
// the function's flow control. T is the function's own type.
func WithOnFailure[T any](handler func(ctx context.Context, f Failure[T]) error) FunctionOption {
	return func(s *declare.Function) {
		if handler == nil {
			s.Mistake("WithOnFailure", "", "its handler is nil", "pass a func(ctx context.Context, f inngestkit.Failure[%s]) error", s.Shell.DataType())
			return
		}
		if given, want := reflect.TypeFor[T](), s.Shell.DataType(); given != want {
			s.Mistake("WithOnFailure", "", fmt.Sprintf("its handler takes Failure[%s], and the function takes Input[%s]", given, want), "write Failure[%s]", want)
			return
		}
		s.Failure = &declare.Function{Shell: &failureShell[T]{handler: handler}, Site: s.Site}
	}
}

// failureData is the data of an inngest/function.failed event.
type failureData struct {
	Error      FailureError      `json:"error"`
	Event      json.RawMessage   `json:"event"`
	Events     []json.RawMessage `json:"events"`
	FunctionID string            `json:"function_id"`
	RunID      string            `json:"run_id"`
}

type failureShell[T any] struct {
	handler func(context.Context, Failure[T]) error
}

func (s *failureShell[T]) DataType() reflect.Type { return reflect.TypeFor[failureData]() }

func (s *failureShell[T]) Decode(raw json.RawMessage) (declare.Decoded, error) {
	var ev inngestgo.GenericEvent[failureData]
	err := json.Unmarshal(raw, &ev)
	return declare.Decoded{Name: ev.Name, Data: ev.Data, Event: ev.Data}, err
}

func (s *failureShell[T]) Run(ctx context.Context, event declare.Decoded, _ []declare.Decoded, _ inngestgo.InputCtx) (any, error) {
	data := event.Event.(failureData) //nolint:forcetypeassert // decode made it
	f := Failure[T]{
		Event:      lenient[T](data.Event),
		Events:     make([]inngestgo.GenericEvent[T], len(data.Events)),
		Error:      data.Error,
		FunctionID: data.FunctionID,
		RunID:      data.RunID,
	}
	for i, raw := range data.Events {
		f.Events[i] = lenient[T](raw)
	}
	return nil, s.handler(ctx, f)
}

// lenient decodes the fields that fit: encoding/json goes on after a mismatch.
func lenient[T any](raw json.RawMessage) inngestgo.GenericEvent[T] {
	var ev inngestgo.GenericEvent[T]
	_ = json.Unmarshal(raw, &ev)
	return ev
}
