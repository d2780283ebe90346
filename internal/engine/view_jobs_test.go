package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func TestJobs(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	tries := 0
	k.on("works", func(ctx context.Context, _ input) (any, error) {
		if tries++; tries == 1 {
			return nil, errors.New("not yet")
		}
		group.Parallel(ctx,
			func(ctx context.Context) (any, error) {
				return step.Invoke[any](ctx, "forever", step.InvokeOpts{FunctionId: "shop-waits"})
			},
			func(ctx context.Context) (any, error) {
				return step.WaitForEvent[any](ctx, "paid", step.WaitForEventOpts{Event: "paid", Timeout: time.Hour})
			},
			func(ctx context.Context) (any, error) {
				return step.Run(ctx, "bad", func(context.Context) (any, error) { return nil, errors.New("no luck") })
			},
			func(ctx context.Context) (any, error) { step.Sleep(ctx, "nap", time.Minute); return nil, nil },
		)
		return nil, nil
	})
	k.add(inngestgo.FunctionOpts{ID: "waits"}, inngestgo.EventTrigger("never", nil), func(ctx context.Context, _ input) (any, error) {
		step.Sleep(ctx, "long", 24*time.Hour)
		return nil, nil
	})
	k.sync()
	run := k.runsOf(k.send("go", `{}`))[0]
	check := func(want ...engine.Job) {
		t.Helper()
		k.rest()
		jobs := must(k.Jobs(run))
		for i := range jobs {
			jobs[i].ID = strings.TrimPrefix(jobs[i].ID, run)
		}
		if diff := cmp.Diff(want, jobs); diff != "" {
			t.Errorf("jobs (-want +got):\n%s", diff)
		}
	}
	id := func(name string) string { return "." + wire.HashStepID(name, 0) }

	retry := start.Add(10 * time.Second)
	check(engine.Job{Kind: engine.JobStart, At: retry, Attempt: 1})
	k.clock.Advance(10 * time.Second)
	check(
		engine.Job{ID: id("bad"), Kind: engine.JobEdge, At: retry.Add(10 * time.Second), Attempt: 1},
		engine.Job{ID: id("nap"), Kind: engine.JobSleep, At: retry.Add(time.Minute)},
		engine.Job{ID: id("paid"), Kind: engine.JobPause, At: retry.Add(time.Hour)},
		engine.Job{ID: id("forever"), Kind: engine.JobPause},
	)
	if err := k.Pause("shop-works"); err != nil { // its calls are due, but not made
		t.Fatal(err)
	}
	k.clock.Advance(time.Minute)
	check(
		engine.Job{ID: id("bad"), Kind: engine.JobEdge, At: retry.Add(10 * time.Second), Attempt: 1},
		engine.Job{ID: id("paid"), Kind: engine.JobPause, At: retry.Add(time.Hour)},
		engine.Job{ID: id("forever"), Kind: engine.JobPause},
	)
	if err := k.Cancel(run); err != nil {
		t.Fatal(err)
	}
	check()
	if _, err := k.Jobs("nope"); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("of an unknown run: got %v", err)
	}
}
