package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	sdkerrors "github.com/inngest/inngestgo/errors"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// invokes adds a function that invokes another one and returns its result or error.
func invokes(k *kit, id string, timeout time.Duration) {
	k.on("parent", func(ctx context.Context, _ input) (any, error) {
		out, err := step.Invoke[any](ctx, "call", step.InvokeOpts{
			FunctionId: id, Data: map[string]any{"n": 4}, Timeout: timeout,
		})
		return resultOr(out, err), nil
	})
	child := func(id string, f inngestgo.SDKFunction[map[string]any]) {
		k.add(inngestgo.FunctionOpts{ID: id}, inngestgo.EventTrigger("unused", nil), f)
	}
	child("doubles", func(_ context.Context, in input) (any, error) {
		return in.Event.Data["n"].(float64) * 2, nil
	})
	child("fails", func(context.Context, input) (any, error) {
		return nil, sdkerrors.NoRetryError(errors.New("child failed"))
	})
	child("sleeps", func(ctx context.Context, _ input) (any, error) {
		step.Sleep(ctx, "s", 48*time.Hour)
		return "late", nil
	})
	k.sync()
}

func TestInvoke(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		id      string
		timeout time.Duration
		output  string
		took    time.Duration
	}{
		"result":   {"shop-doubles", 0, `8`, 0},
		"error":    {"shop-fails", 0, `"error: child failed"`, 0},
		"unknown":  {"shop-nobody", 0, `"error: could not find function with ID: shop-nobody"`, 0},
		"sleeping": {"shop-sleeps", 0, `"late"`, 48 * time.Hour},
		"timeout":  {"shop-sleeps", time.Hour, `"error: Timed out waiting for invoked function to complete"`, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKit(t)
			invokes(k, c.id, c.timeout)
			r := k.play(`{}`)
			want(t, r, c.output)
			if got := r.Ended.Sub(start); got != c.took {
				t.Errorf("the run took %v, want %v", got, c.took)
			}
			k.clock.Advance(72 * time.Hour) // until a child that nobody waits for has ended
			k.rest()
		})
	}
}

func TestInvokedEventNamesItsStep(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	invokes(k, "shop-doubles", 0)
	r := k.play(`{}`)
	ev := k.Events(engine.EventQuery{Limit: 10, Name: "inngest/function.invoked", Internal: true}).Events
	if len(ev) != 1 || len(ev[0].RunIDs) != 1 {
		t.Fatalf("got %+v", ev)
	}
	meta := decode(t, ev[0].Data).(map[string]any)["_inngest"].(map[string]any)
	if meta["fn_id"] != "shop-doubles" || meta["correlation_id"] != r.ID+"."+r.Steps[0].ID {
		t.Errorf("got %v", meta)
	}
}

func TestInvokeByAPI(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.add(inngestgo.FunctionOpts{ID: "f"}, inngestgo.CronTrigger("0 0 1 1 *"), func(_ context.Context, in input) (any, error) {
		return in.Event.Data["x"], nil
	})
	k.sync()
	got := must(k.Invoke("shop-f", []byte(`{"x":7}`), nil))
	r := k.end(got.RunID)
	want(t, r, `7`)
	if ev := r.Events[0]; ev.Name != "inngest/function.invoked" || ev.InternalID != got.EventID || string(ev.Data) != `{"_inngest":{"fn_id":"shop-f"},"x":7}` {
		t.Errorf("got %+v", ev)
	}
	if _, err := k.Invoke("nope", nil, nil); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
	var refused *engine.RequestError
	if _, err := k.Invoke("shop-f", []byte(`[]`), nil); !errors.As(err, &refused) || refused.Status != 400 {
		t.Errorf("got %v", err)
	}
}
