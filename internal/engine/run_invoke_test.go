package engine_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// invoked returns a kit whose function "parent" invokes "child". The child has these
// options and returns the numbers of its events.
func invoked(t *testing.T, child inngestgo.FunctionOpts) *kit {
	t.Helper()
	k := newKit(t)
	child.ID = "child"
	k.add(child, inngestgo.EventTrigger("child", nil), func(ctx context.Context, in input) (any, error) {
		var numbers []any
		for _, ev := range in.Events {
			numbers = append(numbers, ev.Data["n"])
		}
		step.Sleep(ctx, "s", time.Second)
		return numbers, nil
	})
	k.on("parent", func(ctx context.Context, in input) (any, error) {
		out, err := step.Invoke[any](ctx, "i", step.InvokeOpts{FunctionId: "shop-child", Data: map[string]any{"n": in.Event.Data["n"]}, Timeout: time.Hour})
		return resultOr(out, err), nil
	})
	k.sync()
	return k
}

// TestInvokeKeepsToLimits checks that an invoked function keeps to its limits, and that
// the invoking step gets the result.
func TestInvokeKeepsToLimits(t *testing.T) {
	t.Parallel()
	const timedOut = `"error: Timed out waiting for invoked function to complete"`
	for name, c := range map[string]struct {
		child inngestgo.FunctionOpts
		want  [2]string // the results of two invocations
	}{
		"rate limit": {
			inngestgo.FunctionOpts{RateLimit: &inngestgo.ConfigRateLimit{Limit: 1, Period: time.Hour}},
			[2]string{`[1]`, `"error: invoked function is rate limited"`},
		},
		"batch": {batches(2), [2]string{`[1,2]`, `[1,2]`}},
		"debounce": {
			inngestgo.FunctionOpts{Debounce: &inngestgo.ConfigDebounce{Period: time.Second}},
			[2]string{timedOut, `[2]`},
		},
		"singleton": {
			inngestgo.FunctionOpts{Singleton: &inngestgo.ConfigSingleton{Mode: modeSkip}},
			[2]string{`[1]`, timedOut},
		},
		"cancelling singleton": {
			inngestgo.FunctionOpts{Singleton: &inngestgo.ConfigSingleton{Mode: modeCancel}},
			[2]string{`"error: the invoked function was cancelled"`, `[2]`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := invoked(t, c.child)
			first, second := k.start(`{"n":1}`), k.start(`{"n":2}`)
			want(t, k.end(first), c.want[0])
			want(t, k.end(second), c.want[1])
		})
	}
}

// TestInvokeOnce checks that a key counts for a day and one function, and only if its
// invocation was not refused.
func TestInvokeOnce(t *testing.T) {
	t.Parallel()
	k := invoked(t, inngestgo.FunctionOpts{})
	once := func(data string) engine.Invocation { return must(k.InvokeOnce("shop-child", "key", []byte(data), nil)) }
	first := once(`{"n":1}`)
	want(t, k.end(first.RunID), `[1]`)
	day := start.Add(24 * time.Hour)
	k.clock.Advance(day.Add(-time.Second).Sub(k.clock.Now()))
	if again := once(`{"n":2}`); again.RunID != first.RunID || again.EventID != first.EventID || !again.Known {
		t.Errorf("got %+v, want the earlier invocation: %+v", again, first)
	}
	k.clock.Advance(time.Second)
	if next := once(`{"n":3}`); next.RunID == first.RunID || next.Known {
		t.Errorf("a day later: got %+v, want a new run", next)
	}
	if err := k.Pause("shop-child"); err != nil {
		t.Fatal(err)
	}
	var refused *engine.RequestError
	if _, err := k.InvokeOnce("shop-child", "other", nil, nil); !errors.As(err, &refused) {
		t.Errorf("paused: got %v", err)
	}
	if err := k.Resume("shop-child"); err != nil {
		t.Fatal(err)
	}
	if in := must(k.InvokeOnce("shop-child", "other", nil, nil)); in.Known || in.RunID == "" {
		t.Errorf("after a refused invocation: got %+v, want a new run", in)
	}
	if _, err := k.InvokeOnce("shop-child", strings.Repeat("k", wire.MaxEventBytes+1), nil, nil); !errors.As(err, &refused) || refused.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("a key of more than an event's size: got %v", err)
	}
}

// TestInvokeByAPIKeepsToLimits checks the same by the API: a delayed invocation has no
// run yet, and a refused one is an error.
func TestInvokeByAPIKeepsToLimits(t *testing.T) {
	t.Parallel()
	k := invoked(t, batches(2))
	first := must(k.Invoke("shop-child", []byte(`{"n":1}`), nil))
	second := must(k.Invoke("shop-child", []byte(`{"n":2}`), nil))
	if first.RunID != "" || second.RunID == "" || first.EventID == second.EventID {
		t.Errorf("got %+v and %+v", first, second)
	}
	want(t, k.end(second.RunID), `[1,2]`)
	k = invoked(t, inngestgo.FunctionOpts{RateLimit: &inngestgo.ConfigRateLimit{Limit: 1, Period: time.Hour}})
	must(k.Invoke("shop-child", nil, nil))
	var refused *engine.RequestError
	if _, err := k.Invoke("shop-child", nil, nil); !errors.As(err, &refused) || refused.Status != http.StatusTooManyRequests {
		t.Errorf("got %v", err)
	}
}
