package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"
	sdkerrors "github.com/inngest/inngestgo/errors"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
)

func TestExhaustedRunFailsAndSaysSo(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.on("broken", func(context.Context, input) (any, error) { return nil, errors.New("boom") })
	told := map[string]map[string]any{}
	for _, name := range []string{"inngest/function.failed", "inngest/function.finished"} {
		k.add(inngestgo.FunctionOpts{ID: name[17:]}, inngestgo.EventTrigger(name, nil), func(_ context.Context, in input) (any, error) {
			told[name] = in.Event.Data
			return nil, errors.New("handlers may fail too")
		})
	}
	k.sync()
	r := k.play(`{"x":1}`)
	wantFailed(t, r, "boom")
	var waited time.Duration
	for n := range 4 {
		waited += engine.DefaultBackoff(n + 1)
	}
	if r.Calls != 5 || r.Ended.Sub(r.Started) != waited {
		t.Errorf("%d calls in %v, want 5 in %v", r.Calls, r.Ended.Sub(r.Started), waited)
	}
	k.rest()
	event := json.RawMessage(must(json.Marshal(r.Events[0].Event)))
	data := map[string]any{
		"_inngest":    map[string]any{"status": "Failed"},
		"error":       map[string]any{"error": "Error: boom", "name": "Error", "message": "boom"},
		"event":       decode(t, event),
		"events":      []any{decode(t, event)},
		"function_id": "shop-broken",
		"result":      map[string]any{"name": "Error", "message": "boom"},
		"run_id":      r.ID,
	}
	want := map[string]map[string]any{"inngest/function.failed": data, "inngest/function.finished": data}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("events about the failure (-want +got):\n%s", diff)
	}
	for range 20 { // until the handlers' runs have failed
		k.clock.Advance(time.Hour)
		k.rest()
	}
	if n := len(k.Events(engine.EventQuery{Limit: 100, Name: "inngest/function.failed", Internal: true}).Events); n != 1 {
		t.Errorf("%d failures were announced, want 1: a handler's own is not", n)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func decode(t *testing.T, raw []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestCaughtStepFailure(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	retries := 1
	k.add(inngestgo.FunctionOpts{ID: "catches", Retries: &retries}, inngestgo.EventTrigger("go", nil),
		func(ctx context.Context, _ input) (any, error) {
			_, err := step.Run(ctx, "s", func(context.Context) (string, error) { return "", errors.New("no") })
			return "caught: " + err.Error(), nil
		})
	k.sync()
	r := k.play(`{}`)
	want(t, r, `"caught: no"`)
	if s := r.Steps[0]; s.Attempts != 2 || s.Op != "StepFailed" {
		t.Errorf("got %+v", s)
	}
}

func TestNoRetry(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.on("never", func(context.Context, input) (any, error) {
		return nil, sdkerrors.NoRetryError(errors.New("no use"))
	})
	k.sync()
	r := k.play(`{}`)
	wantFailed(t, r, "no use")
	if r.Calls != 1 {
		t.Errorf("%d calls, want 1", r.Calls)
	}
}

func TestUncaughtStepFailure(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.on("step", func(ctx context.Context, _ input) (any, error) {
		return step.Run(ctx, "s", func(context.Context) (string, error) {
			return "", sdkerrors.NoRetryError(errors.New("no use"))
		})
	})
	k.sync()
	r := k.play(`{}`)
	wantFailed(t, r, "no use")
	if r.Calls != 2 || !r.Ended.Equal(start) {
		t.Errorf("%d calls until %v, want 2 and no wait", r.Calls, r.Ended)
	}
}

func TestRetryAt(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	tries := 0
	k.on("later", func(ctx context.Context, _ input) (any, error) {
		return step.Run(ctx, "s", func(context.Context) (string, error) {
			if tries++; tries == 1 {
				return "", sdkerrors.RetryAtError(errors.New("wait"), start.Add(time.Hour))
			}
			return "ok", nil
		})
	})
	k.sync()
	r := k.play(`{}`)
	want(t, r, `"ok"`)
	if got := r.Ended.Sub(start); got != time.Hour {
		t.Errorf("retried after %v, want 1h", got)
	}
}

func TestRetryAfterForms(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header string
		want   time.Duration
	}{
		"seconds":     {"7", 7 * time.Second},
		"HTTP date":   {start.Add(9 * time.Second).Format(http.TimeFormat), 9 * time.Second},
		"RFC 3339":    {start.Add(11 * time.Second).Format(time.RFC3339), 11 * time.Second},
		"past":        {start.Add(-time.Hour).Format(time.RFC3339), 0},
		"not a time":  {"soon", engine.DefaultBackoff(1)},
		"not a count": {"-4", engine.DefaultBackoff(1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tries := 0
			k := newRaw(t, func(w http.ResponseWriter, _ *http.Request) {
				if tries++; tries == 1 {
					w.Header().Set("Retry-After", c.header)
					w.WriteHeader(http.StatusInternalServerError)
				}
			})
			r := k.play(`{}`)
			want(t, r, `null`)
			if got := r.Ended.Sub(start); got != c.want {
				t.Errorf("retried after %v, want %v", got, c.want)
			}
		})
	}
}
