package sdk

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"testing"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// stored calls a function with the result of step "a" in the request alone, as
// with an SDK that keeps what came there.
func stored(t *testing.T, run Run) *Recorder {
	t.Helper()
	handler, err := Client{AppID: "shop", Logger: slog.New(slog.DiscardHandler)}.Serve(Function{
		Opts: inngestgo.FunctionOpts{ID: "fn"}, Trigger: inngestgo.EventTrigger("e", nil), Run: run,
	})
	if err != nil {
		t.Fatal(err)
	}
	rec := &Recorder{}
	req := Request{
		FunctionID: "shop-fn", Target: wire.StepAny,
		Steps: map[string]json.RawMessage{wire.HashStepID("a", 0): json.RawMessage(`{"data":42}`)},
		Ctx:   json.RawMessage(`{"fn_id":"00000000-0000-0000-0000-000000000000"}`),
	}
	req.ServeTo(t.Context(), rec, handler)
	return rec
}

// resultOf are the steps with a result of type T.
func resultOf[T any](tools ...string) map[string]Run {
	all := map[string]func(context.Context) (any, error){
		"Run": func(ctx context.Context) (any, error) {
			return step.Run(ctx, "a", func(context.Context) (v T, err error) { return v, nil })
		},
		"Invoke": func(ctx context.Context) (any, error) {
			return step.Invoke[T](ctx, "a", step.InvokeOpts{FunctionId: "shop-other"})
		},
		"WaitForEvent": func(ctx context.Context) (any, error) {
			return step.WaitForEvent[T](ctx, "a", step.WaitForEventOpts{Event: "e"})
		},
		"WaitForSignal": func(ctx context.Context) (any, error) {
			return step.WaitForSignal[T](ctx, "a", step.WaitForSignalOpts{Signal: "s"})
		},
		"Fetch": func(ctx context.Context) (any, error) {
			return step.Fetch[T](ctx, "a", step.FetchOpts{URL: "http://app.invalid"})
		},
	}
	if len(tools) == 0 {
		tools = []string{"Run", "Invoke", "WaitForEvent", "WaitForSignal", "Fetch"}
	}
	runs := map[string]Run{}
	for _, tool := range tools {
		runs[fmt.Sprintf("step.%s[%s]", tool, reflect.TypeFor[T]())] = func(ctx context.Context, _ inngestgo.Input[Data]) (any, error) {
			return all[tool](ctx)
		}
	}
	return runs
}

type order struct {
	Name string `json:"name"`
	Data any    `json:"data"`
}

func TestPlaceholderIsNoResult(t *testing.T) {
	t.Parallel()
	for _, runs := range []map[string]Run{
		resultOf[int](), resultOf[int64](), resultOf[uint8](), resultOf[float64](), resultOf[json.Number](),
		resultOf[bool](), resultOf[string](), resultOf[any](), resultOf[*int](), resultOf[*order](), resultOf[order](),
		resultOf[[]byte](), resultOf[[]int](), resultOf[[]string](), resultOf[[]any](), resultOf[[]json.Number](), resultOf[[]order](), resultOf[[3]float64](),
		resultOf[map[string]any](), resultOf[map[string]string](), resultOf[map[string]json.Number](), resultOf[map[string]order](),
		resultOf[inngestgo.Event](), resultOf[inngestgo.GenericEvent[order]](), resultOf[inngestgo.GenericEvent[map[string]any]](), resultOf[inngestgo.GenericEvent[any]](),
		resultOf[inngestgo.GenericEvent[json.RawMessage]](),
		resultOf[struct{}](),
		// Raw JSON takes anything that the SDK hands over as it is; the trial
		// calls and the canaries cover that.
		resultOf[json.RawMessage]("Invoke", "WaitForSignal"),
	} {
		for name, run := range runs {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				rec := stored(t, run)
				if rec.Status != http.StatusInternalServerError || rec.Header().Get(wire.HeaderNoRetry) == "true" {
					t.Errorf("answered %d %s, want a retriable error", rec.Status, rec.Body.Bytes())
				}
			})
		}
	}
}

// A wait for raw JSON returns the placeholder, which is recognised.
func TestPlaceholderIsRecognised(t *testing.T) {
	t.Parallel()
	stored(t, func(ctx context.Context, _ inngestgo.Input[Data]) (any, error) {
		raw, err := step.WaitForEvent[json.RawMessage](ctx, "a", step.WaitForEventOpts{Event: "e"})
		if err != nil || !IsPlaceholder(raw) {
			t.Errorf("the wait returned %s, %v", raw, err)
		}
		return nil, nil
	})
	if IsPlaceholder(json.RawMessage(`{"data":42}`)) || IsPlaceholder(nil) {
		t.Error("a result is taken for the placeholder")
	}
}
