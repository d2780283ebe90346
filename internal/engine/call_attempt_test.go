package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
)

func TestFailedAttemptsAreKept(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	tries := 0
	k.on("flaky", func(ctx context.Context, _ input) (any, error) {
		return step.Run(ctx, "s", func(context.Context) (string, error) {
			k.clock.Advance(time.Second) // the duration of the attempt
			if tries++; tries < 3 {
				return "", errors.New("not yet")
			}
			return "ok", nil
		})
	})
	k.sync()
	id := k.runsOf(k.send("go", `{}`))[0]
	k.rest()
	s := must(k.Run(id)).Steps[0]
	if len(s.Failures) != 1 || s.Failures[0].Error.Message != "not yet" || !s.Ended.IsZero() {
		t.Fatalf("after the first attempt the step is %+v", s)
	}
	first := engine.Failure{Started: start, Ended: start.Add(time.Second), RetryAt: start.Add(11 * time.Second), Error: s.Failures[0].Error}
	if s.Failures[0] != first {
		t.Errorf("the first attempt is %+v, want %+v", s.Failures[0], first)
	}
	want(t, k.end(id), `"ok"`)
	s = must(k.Run(id)).Steps[0]
	if len(s.Failures) != 2 || s.Attempts != 3 || !s.Started.Equal(start) {
		t.Errorf("got %+v", s)
	}
	// Ten seconds after the first attempt, thirty after the second.
	if began := start.Add(43 * time.Second); !s.Tried.Equal(began.Add(-time.Second)) || !s.Ended.Equal(began) {
		t.Errorf("the last attempt took from %v to %v, want a second up to %v", s.Tried, s.Ended, began)
	}
}

func TestFailedCallsAreKept(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.on("bad", func(context.Context, input) (any, error) { return nil, inngestgo.NoRetryError(errors.New("boom")) })
	k.sync()
	id := k.runsOf(k.send("go", `{}`))[0]
	k.rest()
	if f := must(k.Run(id)).Failures; len(f) != 1 || f[0].Error.Message != "boom" || !f[0].RetryAt.IsZero() {
		t.Errorf("got %+v", f)
	}
}

func TestStepsSayWhatTheyAwait(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.on("waits", func(ctx context.Context, _ input) (any, error) {
		step.Sleep(ctx, "nap", time.Minute)
		_, _ = step.WaitForEvent[any](ctx, "pay", step.WaitForEventOpts{Event: "paid", Timeout: time.Hour})
		return step.Invoke[string](ctx, "ask", step.InvokeOpts{FunctionId: "shop-helper"})
	})
	k.add(inngestgo.FunctionOpts{ID: "helper"}, inngestgo.EventTrigger("help", nil), func(context.Context, input) (any, error) { return "ok", nil })
	k.sync()
	id := k.runsOf(k.send("go", `{}`))[0]
	want(t, k.end(id), `"ok"`)
	steps := must(k.Run(id)).Steps
	nap, pay, ask := steps[0].Awaits, steps[1].Awaits, steps[2].Awaits
	if !nap.Until.Equal(start.Add(time.Minute)) || pay.Event != "paid" || !pay.Until.Equal(nap.Until.Add(time.Hour)) {
		t.Errorf("got %+v and %+v", nap, pay)
	}
	if child, err := k.Run(ask.RunID); err != nil || ask.Function != "shop-helper" || child.FunctionID != ask.Function {
		t.Errorf("got %+v, which is run %+v, %v", ask, child, err)
	}
}
