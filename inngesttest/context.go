package inngesttest

import (
	"context"
	"encoding/json"
	"runtime"
	"strings"
	"testing"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/seam"
)

// Context gives a context and an input to call a function's method directly,
// as any other: fn(ctx, in). step.Run runs its code, once and without
// retries, and events are sent to the Recorder that RecorderOf returns;
// outside a step inngestkit.Send is refused, as in a run. It is for methods
// that take no other steps: to sleep, wait or invoke takes an Inngest to come
// back from, which New has, and fails the test.
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
	return seam.Use().WithSteps(ctx, seam.Direct{Outside: outsideStep, Refuse: func(step string) {
		t.Helper()
		t.Fatalf("inngesttest: step.%s, at %s, takes an Inngest to come back from, and a method that is called directly has none\n\twrite inngesttest.New(t, fn) and env.Trigger(…) for it", step, userSite())
	}}), in
}

// outsideStep holds in the test's own goroutine, where no step is on the stack:
// without a run the SDK does not mark the context of a step.
func outsideStep() bool {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	for {
		f, more := frames.Next()
		switch {
		case isStep(f.Function):
			return false
		case strings.HasPrefix(f.Function, "testing."):
			return true
		case !more:
			return false
		}
	}
}
