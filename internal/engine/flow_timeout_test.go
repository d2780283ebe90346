package engine_test

import (
	"context"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
)

func TestStartTimeout(t *testing.T) {
	t.Parallel()
	h := newHeld(t)
	opts := steps(inngestgo.ConfigStepConcurrency{Limit: 1})
	opts.Timeouts = &inngestgo.ConfigTimeouts{Start: new(10 * time.Second)}
	h.function("f", opts)
	h.sync()
	h.starts("f", `{}`)
	h.starts("f", `{}`)
	h.clock.Advance(10*time.Second - 1)
	h.stand("RS")
	h.clock.Advance(1)
	h.stand("RX") // the first has begun, so its start timeout is over
	h.ends(0)
}

func TestFinishTimeout(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.add(inngestgo.FunctionOpts{ID: "naps", Timeouts: &inngestgo.ConfigTimeouts{Finish: new(time.Minute)}},
		inngestgo.EventTrigger("go", nil), func(ctx context.Context, in input) (any, error) {
			for range int(in.Event.Data["seconds"].(float64)) {
				step.Sleep(ctx, "s", time.Second)
			}
			return "rested", nil
		})
	k.sync()
	want(t, k.play(`{"seconds":59}`), `"rested"`)
	r := k.play(`{"seconds":61}`)
	if took := r.Ended.Sub(r.Begun); r.Status != engine.StatusCancelled || took != time.Minute {
		t.Errorf("the run is %s after %v, want Cancelled after a minute", r.Status, took)
	}
	if at, ok := k.Next(); ok {
		t.Errorf("something is still due at %v", at)
	}
}

// TestFinishTimeoutCountsFromBeginning checks that the finish timeout does not include
// the time before the run's first call.
func TestFinishTimeoutCountsFromBeginning(t *testing.T) {
	t.Parallel()
	h := newHeld(t)
	opts := steps(inngestgo.ConfigStepConcurrency{Limit: 1})
	opts.Timeouts = &inngestgo.ConfigTimeouts{Finish: new(time.Minute)}
	h.function("f", opts)
	h.sync()
	h.starts("f", `{}`)
	h.starts("f", `{}`)
	h.clock.Advance(30 * time.Second)
	h.ends(0)
	h.clock.Advance(time.Minute - 1)
	h.stand("CR")
	h.clock.Advance(1)
	h.stand("CX") // although its call is in flight
	close(h.door(h.runs[1]))
}
