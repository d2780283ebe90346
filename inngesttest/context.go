package inngesttest

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/sdk"
	"github.com/inngestkit/inngestkit/internal/seam"
)

// Context returns a context and an input with which a test calls a function's
// handler directly: fn(ctx, in). step.Run runs its code once, without retries.
// Events go to the recorder that [RecorderOf] returns, and [inngestkit.Send] outside
// a step is refused, as in a run.
//
// Use Context for handlers that take no other steps. A step that sleeps, waits or
// invokes needs a run, so it fails the test: use [NewFunctions] for those.
func Context[T any](t testing.TB, ev inngestgo.GenericEvent[T]) (context.Context, inngestgo.Input[T]) {
	t.Helper()
	raw, err := json.Marshal(ev)
	if err == nil {
		err = json.Unmarshal(raw, &ev) // as a run would see it
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
	return seam.Use().WithSteps(ctx, seam.Direct{Outside: outsideStep, Refuse: func(step string) {
		t.Helper()
		t.Fatalf("inngesttest: step.%s, at %s, needs a run; this method was called directly\n\twrite inngesttest.NewFunctions(t, fn) and env.Trigger(…) for it", step, userSite())
	}}), in
}

// outsideStep reports whether it is called in the test's goroutine and outside a
// step. It looks at the stack: without a run, the SDK does not mark the context of a
// step.
func outsideStep() bool {
	for f := range sdk.Frames(0) {
		switch {
		case isStep(f.Function):
			return false
		case strings.HasPrefix(f.Function, "testing."):
			return true
		}
	}
	return false
}
