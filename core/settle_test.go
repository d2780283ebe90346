package inngestkit_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

type input = inngestgo.Input[map[string]any]

func twoSteps(ctx context.Context, _ input) (any, error) {
	a, err := step.Run(ctx, "a", func(context.Context) (string, error) { return "A", nil })
	if err != nil {
		return nil, err
	}
	return step.Run(ctx, "b", func(context.Context) (string, error) { return a + "B", nil })
}

func TestStepsRunOneCallAtATime(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{}, fn(twoSteps))
	first := ops(t, h.call(t, callOf{}))
	if len(first) != 1 || first[0].ID != wire.HashStepID("a", 0) || first[0].Op != wire.OpStepRun || string(first[0].Data) != `"A"` {
		t.Errorf("first call reported %+v", first)
	}
	second := ops(t, h.call(t, callOf{steps: map[string]string{"a": `{"data":"A"}`}}))
	if len(second) != 1 || string(second[0].Data) != `"AB"` {
		t.Errorf("second call reported %+v", second)
	}
	wantOutput(t, h.call(t, callOf{steps: map[string]string{"a": `{"data":"A"}`, "b": `{"data":"AB"}`}}), `"AB"`)
}

func TestCallEndedIsNeverSuccess(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	late, stop := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer stop()
	ours, end := context.WithTimeoutCause(t.Context(), 0, errors.New("the gateway's patience"))
	defer end()
	for why, ctx := range map[string]context.Context{
		"the caller went away":                       ended,
		"the request's context reached its deadline": late,
		"the gateway's patience":                     ours,
	} {
		h := newHook(t, inngestkit.Config{}, fn(twoSteps))
		e := wantFailure(t, h.serve(callOf{}.request(ctx)), http.StatusInternalServerError, "CallInterrupted", true)
		if !strings.Contains(h.log.String(), why) || !strings.Contains(e.Message, why) {
			t.Errorf("the answer is %q, and it or the log does not say that %s:\n%s", e.Message, why, h.log)
		}
	}
}

func TestCallTimeout(t *testing.T) {
	t.Parallel()
	waits := func(ctx context.Context, _ input) (any, error) { <-ctx.Done(); return nil, nil }
	fast := inngestkit.Config{CallTimeout: time.Millisecond}
	t.Run("between steps", func(t *testing.T) {
		t.Parallel()
		e := wantFailure(t, newHook(t, fast, fn(waits)).call(t, callOf{}), http.StatusInternalServerError, "CallInterrupted", true)
		if !strings.Contains(e.Message, "exceeded its call timeout") {
			t.Errorf("the message is %q", e.Message)
		}
	})
	t.Run("the function's own wins", func(t *testing.T) {
		t.Parallel()
		h := newHook(t, fast, fn(func(ctx context.Context, _ input) (any, error) {
			d, _ := ctx.Deadline()
			return time.Until(d) > time.Minute, nil
		}, inngestkit.WithCallTimeout(time.Hour)))
		wantOutput(t, h.call(t, callOf{}), "true")
	})
	t.Run("inside a step that finishes all the same", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) { // in real time the step might begin too late
			h := newHook(t, fast, fn(func(ctx context.Context, _ input) (any, error) {
				return step.Run(ctx, "a", func(ctx context.Context) (string, error) { <-ctx.Done(); return "done", nil })
			}))
			if got := ops(t, h.call(t, callOf{})); string(got[0].Data) != `"done"` {
				t.Errorf("reported %+v", got)
			}
		})
	})
}

func TestTargetNotMet(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{}, fn(twoSteps))
	e := wantFailure(t, h.call(t, callOf{target: "gone", steps: map[string]string{"a": `{"data":"A"}`, "b": `{"data":"AB"}`}}),
		http.StatusInternalServerError, "StepNotFound", true)
	for _, word := range []string{"nested", "changed", wire.HashStepID("gone", 0)} {
		if !strings.Contains(e.Message, word) {
			t.Errorf("the message %q does not mention %q", e.Message, word)
		}
	}
}

func TestTargetAlreadyStoredIsReportedAgain(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{}, fn(twoSteps))
	for name, c := range map[string]struct {
		stored string
		want   wire.Op
	}{
		"data":  {`{"data":"A"}`, wire.Op{ID: wire.HashStepID("a", 0), Op: wire.OpStepRun, Data: []byte(`"A"`)}},
		"error": {`{"error":{"name":"E","message":"m","data":null}}`, wire.Op{ID: wire.HashStepID("a", 0), Op: wire.OpStepFailed, Error: &wire.StepError{Name: "E", Message: "m", Data: []byte("null")}}},
	} {
		got := ops(t, h.call(t, callOf{target: "a", steps: map[string]string{"a": c.stored, "b": `{"data":"AB"}`}}))
		if diff := cmp.Diff([]wire.Op{c.want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestSwallowedInterruptionIsRaisedAgain(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{}, fn(func(ctx context.Context, in input) (out any, err error) {
		defer func() {
			if v := recover(); v != nil {
				err = errors.New("recovered by an eager handler")
			}
		}()
		return twoSteps(ctx, in)
	}))
	if got := ops(t, h.call(t, callOf{})); string(got[0].Data) != `"A"` {
		t.Errorf("reported %+v", got)
	}
}

func TestPanicsAreNamedErrors(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]any{"a string": "boom", "an error": errors.New("boom"), "a number": 42} {
		for place, handler := range map[string]inngestgo.SDKFunction[map[string]any]{
			"in the function": func(context.Context, input) (any, error) { panic(value) },
			"in a step": func(ctx context.Context, _ input) (any, error) {
				return step.Run(ctx, "a", func(context.Context) (any, error) { panic(value) })
			},
		} {
			h := newHook(t, inngestkit.Config{}, fn(handler))
			e := wantFailure(t, h.call(t, callOf{}), http.StatusInternalServerError, "PanicError", true)
			if !strings.Contains(e.Message, "panicked") || e.Stack == "" {
				t.Errorf("%s %s: %+v", name, place, e)
			}
		}
	}
}

func TestErrorsKeepWhatTheSDKMadeOfThem(t *testing.T) {
	t.Parallel()
	at := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	fails := func(err error) inngestkit.Function {
		return fn(func(context.Context, input) (any, error) { return nil, err })
	}
	e := wantFailure(t, newHook(t, inngestkit.Config{}, fails(errors.New("no luck"))).call(t, callOf{}), http.StatusInternalServerError, "Error", true)
	if e.Message != "no luck" {
		t.Errorf("the message is %q", e.Message)
	}
	wantFailure(t, newHook(t, inngestkit.Config{}, fails(inngestgo.NoRetryError(errors.New("never")))).call(t, callOf{}), http.StatusInternalServerError, "Error", false)
	w := newHook(t, inngestkit.Config{}, fails(inngestgo.RetryAtError(errors.New("later"), at))).call(t, callOf{})
	if got := w.Header().Get(wire.HeaderRetryAfter); got != "2030-01-02T03:04:05Z" {
		t.Errorf("Retry-After is %q", got)
	}
}
