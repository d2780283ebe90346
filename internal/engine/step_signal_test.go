package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// signalled adds a function that waits an hour for the signal that its event names.
func signalled(k *kit) {
	k.on("signalled", func(ctx context.Context, in input) (any, error) {
		conflict, _ := in.Event.Data["conflict"].(string)
		got, err := step.WaitForSignal[any](ctx, "w", step.WaitForSignalOpts{
			Signal: "approve", Timeout: time.Hour, OnConflict: step.SignalConfict(conflict),
		})
		return resultOr(got, err), nil
	})
	k.sync()
}

func TestSignal(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	signalled(k)
	if _, err := k.Signal("approve", nil); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("nobody waits: got %v", err)
	}
	run := k.start(`{}`)
	if r := must(k.Run(run)); r.Steps[0].Awaits.Signal != "approve" {
		t.Errorf("it waits for %+v", r.Steps[0].Awaits)
	}
	if got := must(k.Signal("approve", json.RawMessage(`{"by":"ann"}`))); got != run {
		t.Errorf("resumed %s, want %s", got, run)
	}
	k.rest()
	want(t, must(k.Run(run)), `{"signal":"approve","data":{"by":"ann"}}`)
	if _, err := k.Signal("approve", nil); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("a signal was taken twice: %v", err)
	}
	if at, ok := k.Next(); ok {
		t.Errorf("something is still due at %v", at)
	}
}

func TestSignalWithoutData(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	signalled(k)
	run := k.start(`{}`)
	must(k.Signal("approve", nil))
	k.rest()
	want(t, must(k.Run(run)), `{"signal":"approve","data":null}`)
}

func TestSignalTimeout(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	signalled(k)
	r := k.play(`{}`)
	want(t, r, `"error: signal not received"`)
	if took := r.Ended.Sub(r.Started); took != time.Hour {
		t.Errorf("it took %v", took)
	}
}

func TestSignalConflict(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	signalled(k)
	first, second := k.start(`{}`), k.start(`{"conflict":"fail"}`)
	wantFailed(t, must(k.Run(second)), "Signal conflict; signal wait already exists for another run")
	third := k.start(`{"conflict":"replace"}`)
	if got := must(k.Signal("approve", nil)); got != third {
		t.Errorf("resumed %s, want the run that took over", got)
	}
	k.status(first, engine.StatusRunning)
	want(t, k.end(first), `"error: signal not received"`)
}

// TestSignalOfCancelledRun checks that a wait which ends otherwise frees its signal.
func TestSignalOfCancelledRun(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	signalled(k)
	if err := k.Cancel(k.start(`{}`)); err != nil {
		t.Fatal(err)
	}
	run := k.start(`{}`)
	if got := must(k.Signal("approve", nil)); got != run {
		t.Errorf("resumed %s, want %s", got, run)
	}
}

func TestSignalRefused(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	for name, err := range map[string]error{
		"no name":  second(k.Signal("", nil)),
		"bad data": second(k.Signal("s", json.RawMessage(`{`))),
	} {
		var refused *engine.RequestError
		if !errors.As(err, &refused) || refused.Status != http.StatusBadRequest {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
