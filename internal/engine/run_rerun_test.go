package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// counts adds a function of three steps. Each returns the number of steps that have
// run so far.
func counts(k *kit) {
	n := 0
	k.on("counts", func(ctx context.Context, in input) (any, error) {
		var seen []int
		for _, id := range []string{"a", "b", "c"} {
			at, err := step.Run(ctx, id, func(context.Context) (int, error) {
				n++
				return n, nil
			})
			if err != nil {
				return nil, err
			}
			seen = append(seen, at)
		}
		return fmt.Sprint(in.Event.Data["x"], seen), nil
	})
	k.sync()
}

func TestRerun(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	counts(k)
	first := k.play(`{"x":"x"}`)
	want(t, first, `"x[1 2 3]"`)
	again := k.end(must(k.Rerun(first.ID)))
	want(t, again, `"x[4 5 6]"`)
	if again.RerunOf != first.ID || again.ID == first.ID {
		t.Errorf("run %s says that it repeats %q", again.ID, again.RerunOf)
	}
	if got := k.runsOf(first.Events[0].ID); len(got) != 2 {
		t.Errorf("the event started %v, want both runs", got)
	}
	fromB := k.end(must(k.RerunFrom(again.ID, wire.HashStepID("b", 0), nil)))
	want(t, fromB, `"x[4 7 8]"`)
	if len(fromB.Steps) != 3 || fromB.Steps[0].Name != "a" || fromB.Steps[0].Ended.IsZero() {
		t.Errorf("the steps are %+v", fromB.Steps)
	}
	if old := must(k.Run(again.ID)); len(old.Steps) != 3 || string(old.Steps[1].Result) != `{"data":5}` {
		t.Errorf("the run that was repeated has changed: %+v", old.Steps)
	}
}

// TestRerunWithInput checks that the step's input takes the place of its result, but is
// not in the stack.
func TestRerunWithInput(t *testing.T) {
	t.Parallel()
	var got wire.CallRequest
	k := newRaw(t, func(w http.ResponseWriter, r *http.Request) {
		got = wire.CallRequest{}
		_ = json.NewDecoder(r.Body).Decode(&got)
		if len(got.Ctx.Stack.Stack) == 2 {
			return
		}
		w.WriteHeader(http.StatusPartialContent)
		_, _ = io.WriteString(w, fmt.Sprintf(`[{"id":"s%d","op":"StepRun","data":1}]`, len(got.Ctx.Stack.Stack)))
	})
	first := k.play(`{}`)
	run := must(k.RerunFrom(first.ID, "s1", json.RawMessage(`[{"n":2}]`)))
	k.rest()
	want(t, must(k.Run(run)), `null`)
	if diff := cmp.Diff(map[string]json.RawMessage{"s0": []byte(`{"data":1}`), "s1": []byte(`{"data":1}`)}, got.Steps); diff != "" {
		t.Errorf("the last call carried (-want +got):\n%s", diff)
	}
	run = must(k.RerunFrom(first.ID, "s0", json.RawMessage(`[{"n":2}]`)))
	k.rest()
	if r := must(k.Run(run)); r.Calls != 3 {
		t.Errorf("%d calls, want 3", r.Calls)
	}
	if n := len(got.Steps); n != 2 {
		t.Errorf("the last call carried %d steps, want the two results alone", n)
	}
}

func TestRerunRefused(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	counts(k)
	r := k.play(`{}`)
	for name, err := range map[string]error{
		"unknown run":  second(k.Rerun("nope")),
		"unknown step": second(k.RerunFrom(r.ID, "nope", nil)),
	} {
		if !errors.Is(err, engine.ErrNotFound) {
			t.Errorf("%s: got %v, want ErrNotFound", name, err)
		}
	}
	for name, err := range map[string]error{
		"no step":   second(k.RerunFrom(r.ID, "", nil)),
		"no array":  second(k.RerunFrom(r.ID, r.Steps[0].ID, json.RawMessage(`{}`))),
		"not valid": second(k.RerunFrom(r.ID, r.Steps[0].ID, json.RawMessage(`[1`))),
	} {
		var refused *engine.RequestError
		if !errors.As(err, &refused) || refused.Status != http.StatusBadRequest {
			t.Errorf("%s: got %v", name, err)
		}
	}
	gone := rawApp("shop-other", `[]`)
	must(k.Register(gone))
	if _, err := k.Rerun(r.ID); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("the function is gone: got %v", err)
	}
}

func second[T any](_ T, err error) error { return err }
