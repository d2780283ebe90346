package inngesttest

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/seam"
)

// Context gives a context and an input to call a function's method directly,
// as any other: fn(ctx, in). step.Run runs its code, once and without
// retries, and events are sent to the Recorder that RecorderOf returns. It is
// for methods that take no other steps: to sleep, wait or invoke takes an
// Inngest to come back from, which New has.
func Context[T any](t testing.TB, ev inngestgo.GenericEvent[T]) (context.Context, inngestgo.Input[T]) {
	t.Helper()
	raw, err := json.Marshal(ev)
	if err == nil {
		err = json.Unmarshal(raw, &ev) // as the function would see it
	}
	if err != nil {
		t.Fatalf("inngesttest: %s does not survive JSON: %v", ev.Name, err)
	}
	recorder := NewRecorder(t)
	ctx := inngestkit.WithSender(context.WithValue(t.Context(), recorderKey{}, recorder), recorder)
	in := inngestgo.Input[T]{
		Event: ev, Events: []inngestgo.GenericEvent[T]{ev},
		InputCtx: inngestgo.InputCtx{RunID: "01TESTRUN", FunctionID: "00000000-0000-4000-8000-000000000000"},
	}
	return seam.Use().WithSteps(ctx), in
}
