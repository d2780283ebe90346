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

func TestCounts(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.on("fn", func(_ context.Context, in input) (any, error) {
		if in.Event.Data["fail"] == true {
			return nil, inngestgo.NoRetryError(errors.New("no"))
		}
		return "ok", nil
	})
	k.sync()
	k.send("go", `{}`)
	k.send("go", `{"fail":true}`)
	k.send("go", `{"fail":true}`)
	k.rest()
	got := k.Counts()
	if diff := cmp.Diff(engine.Counts{Runs: map[engine.Status]int{engine.StatusCompleted: 1, engine.StatusFailed: 2}, Events: 3}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
