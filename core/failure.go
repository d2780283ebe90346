package inngestkit

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// failureSuffix makes a failure handler's id from its function's, as the
// other SDKs do.
const failureSuffix = "-failure"

// Failure is what a failure handler is given.
type Failure[T any] struct {
	// Event is the event that started the failed run. It is not validated:
	// being invalid may be why the run failed. Fields that do not fit are
	// left zero.
	Event inngestgo.GenericEvent[T]
	// Events are all events of a batch; of a single event, just that.
	Events []inngestgo.GenericEvent[T]
	// Error is the error that the run ended with.
	Error FailureError
	// FunctionID is the full id of the failed function, "<app>-<function>".
	FunctionID string
	// RunID is the id of the failed run, not of the handler's own.
	RunID string
}

// FailureError is the error of a failed run, as it was reported.
type FailureError struct {
	Name    string `json:"name"`
	Message string `json:"message"`
	Stack   string `json:"stack,omitempty"`
}

// Error is the message.
func (e FailureError) Error() string { return e.Message }

// OnFailure calls handler when a run of the function has failed for good,
// with the event that started it. The handler is a function of its own, with
// the id "<function>-failure": it may use steps and is retried, and shares
// none of the function's flow control. T is the function's own type.
func OnFailure[T any](handler func(ctx context.Context, f Failure[T]) error) FunctionOption {
	return func(s *functionSpec) {
		if handler == nil {
			s.mistake("OnFailure", "", "its handler is nil", "pass a func(ctx context.Context, f inngestkit.Failure[%s]) error", s.shell.dataType())
			return
		}
		if given, want := reflect.TypeFor[T](), s.shell.dataType(); given != want {
			s.mistake("OnFailure", "", fmt.Sprintf("its handler takes Failure[%s], and the function takes Input[%s]", given, want), "write Failure[%s]", want)
			return
		}
		s.failure = &functionSpec{shell: &failureShell[T]{handler: handler}, site: s.site}
	}
}

// failureFor completes a failure handler once the app's id is known.
func failureFor(parent *functionSpec, fullID string) *functionSpec {
	f := *parent.failure
	name := parent.opts.Name
	if name == "" {
		name = parent.opts.ID
	}
	expr := fmt.Sprintf("event.data.function_id == %q", fullID)
	f.opts = inngestgo.FunctionOpts{ID: parent.opts.ID + failureSuffix, Name: name + " (failure)"}
	f.trigger = inngestgo.EventTrigger(wire.EventFunctionFailed, &expr)
	f.timeout = parent.timeout
	return &f
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

func (s *failureShell[T]) dataType() reflect.Type { return reflect.TypeFor[failureData]() }

func (s *failureShell[T]) decode(raw json.RawMessage) (decodedEvent, error) {
	var ev inngestgo.GenericEvent[failureData]
	err := json.Unmarshal(raw, &ev)
	return decodedEvent{name: ev.Name, data: ev.Data, event: ev.Data}, err
}

func (s *failureShell[T]) run(ctx context.Context, event decodedEvent, _ []decodedEvent, _ inngestgo.InputCtx) (any, error) {
	data := event.event.(failureData) //nolint:forcetypeassert // decode made it
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

// lenient decodes what fits: encoding/json goes on after a mismatch.
func lenient[T any](raw json.RawMessage) inngestgo.GenericEvent[T] {
	var ev inngestgo.GenericEvent[T]
	_ = json.Unmarshal(raw, &ev)
	return ev
}
