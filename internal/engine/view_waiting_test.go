package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func TestRunsSayWhatTheyWaitFor(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	tries := 0
	k.on("waits", func(ctx context.Context, _ input) (any, error) {
		step.Sleep(ctx, "nap", time.Minute)
		_, _ = step.WaitForEvent[any](ctx, "pay", step.WaitForEventOpts{Event: "paid", Timeout: time.Hour})
		return step.Run(ctx, "flaky", func(context.Context) (string, error) {
			if tries++; tries == 1 {
				return "", errors.New("not yet")
			}
			return "ok", nil
		})
	})
	k.sync()
	id := k.runsOf(k.send("go", `{}`))[0]
	check := func(want *engine.Waiting) {
		t.Helper()
		k.rest()
		listed := k.Runs(engine.RunQuery{Function: "shop-waits"}).Runs[0]
		for from, got := range map[string]*engine.Waiting{"the run": must(k.Run(id)).Waiting, "the list": listed.Waiting} {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", from, diff)
			}
		}
	}
	now := start.Add(time.Minute)
	check(&engine.Waiting{Op: wire.OpSleep, Awaits: engine.Awaits{Until: now}})
	k.clock.Advance(time.Minute)
	check(&engine.Waiting{Op: wire.OpWaitForEvent, Awaits: engine.Awaits{Event: "paid", Until: now.Add(time.Hour)}})
	k.send("paid", `{}`)
	check(&engine.Waiting{Awaits: engine.Awaits{Until: now.Add(10 * time.Second)}})
	want(t, k.end(id), `"ok"`)
	check(nil)
}

// TestCounts checks the counts with and without forgotten runs and events.
func TestCounts(t *testing.T) {
	t.Parallel()
	for keep, want := range map[int]engine.Counts{
		10: {Runs: map[engine.Status]int{engine.StatusRunning: 1, engine.StatusCompleted: 1, engine.StatusFailed: 2}, Events: 4},
		2:  {Runs: map[engine.Status]int{engine.StatusRunning: 1, engine.StatusFailed: 2}, Events: 1},
	} {
		k := newKit(t, func(c *engine.Config) { c.Keep = keep })
		k.on("fn", func(ctx context.Context, in input) (any, error) {
			switch in.Event.Data["do"] {
			case "fail":
				return nil, inngestgo.NoRetryError(errors.New("no"))
			case "sleep":
				step.Sleep(ctx, "nap", time.Hour)
			}
			return "ok", nil
		})
		k.sync()
		for _, do := range []string{"end", "fail", "fail", "sleep"} {
			k.send("go", `{"do":"`+do+`"}`)
			k.rest()
		}
		if diff := cmp.Diff(want, k.Counts()); diff != "" {
			t.Errorf("of %d kept (-want +got):\n%s", keep, diff)
		}
	}
}
