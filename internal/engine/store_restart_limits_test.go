package engine_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func TestRestartHeldBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opts   inngestgo.FunctionOpts
		began  string // the runs that have begun before the restart
		before string // those that have begun after it, and after a further event
		later  string // those that have begun an hour later
	}{
		"debounced":   {inngestgo.FunctionOpts{Debounce: &inngestgo.ConfigDebounce{Period: time.Hour}}, "[]", "[]", "[3]"},
		"batched":     {inngestgo.FunctionOpts{BatchEvents: &inngestgo.ConfigBatchEvents{MaxSize: 5, Timeout: time.Hour}}, "[]", "[]", "[123]"},
		"batch full":  {inngestgo.FunctionOpts{BatchEvents: &inngestgo.ConfigBatchEvents{MaxSize: 3, Timeout: time.Hour}}, "[]", "[123]", "[123]"},
		"throttled":   {inngestgo.FunctionOpts{Throttle: &inngestgo.ConfigThrottle{Limit: 1, Period: 30 * time.Minute}}, "[1]", "[1]", "[1 2 3]"},
		"idempotent":  {inngestgo.FunctionOpts{Idempotency: new("event.data.same")}, "[1]", "[1]", "[1]"},
		"rated":       {inngestgo.FunctionOpts{RateLimit: &inngestgo.ConfigRateLimit{Limit: 1, Period: 2 * time.Hour}}, "[1]", "[1]", "[1]"},
		"not limited": {inngestgo.FunctionOpts{}, "[1 2]", "[1 2 3]", "[1 2 3]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := []string{}
			r := newRestarted(t, c.opts, onGo, func(_ context.Context, in input, _ *restarted) (any, error) {
				numbers := ""
				for _, ev := range in.Events {
					numbers += fmt.Sprint(ev.Data["n"])
				}
				began = append(began, numbers)
				return nil, nil
			})
			check := func(when, want string) {
				t.Helper()
				r.rest()
				if got := fmt.Sprint(began); got != want {
					t.Errorf("%s the runs of %s had begun, want %s", when, got, want)
				}
			}
			r.send("go", `{"n":1,"same":"x"}`)
			r.send("go", `{"n":2,"same":"x"}`)
			check("before the restart", c.began)
			r.restart()
			r.send("go", `{"n":3,"same":"x"}`)
			check("after it", c.before)
			r.clock.Advance(time.Hour)
			check("an hour later", c.later)
		})
	}
}

func TestRestartRemembersEventIDs(t *testing.T) {
	t.Parallel()
	r := newRestarted(t, inngestgo.FunctionOpts{}, onGo, func(ctx context.Context, _ input, r *restarted) (any, error) { return r.step(ctx, "once") })
	for range 2 {
		if _, err := r.Send("", wire.Event{ID: "order-1", Name: "go"}); err != nil {
			t.Fatal(err)
		}
		r.rest()
		r.restart()
	}
	r.wantRan(map[string]int{"once": 1})
}

func TestRestartKeepsWhatEndsRuns(t *testing.T) {
	t.Parallel()
	nap := func(ctx context.Context, _ input, _ *restarted) (any, error) {
		step.Sleep(ctx, "nap", 24*time.Hour)
		return nil, nil
	}
	for name, c := range map[string]struct {
		opts inngestgo.FunctionOpts
		act  func(r *restarted)
	}{
		"an event":  {inngestgo.FunctionOpts{Cancel: []inngestgo.ConfigCancel{{Event: "stop", If: new("event.data.n == async.data.n")}}}, func(r *restarted) { r.send("stop", `{"n":1}`) }},
		"a timeout": {inngestgo.FunctionOpts{Timeouts: &inngestgo.ConfigTimeouts{Finish: new(time.Hour)}}, func(r *restarted) { r.clock.Advance(time.Hour) }},
		"another":   {inngestgo.FunctionOpts{Singleton: &inngestgo.ConfigSingleton{Mode: 1}}, func(r *restarted) { r.send("go", `{}`) }},
	} {
		r := newRestarted(t, c.opts, onGo, nap)
		run := r.runsOf(r.send("go", `{"n":1}`))[0]
		r.rest()
		r.restart()
		r.rest()
		if s := must(r.Run(run)).Status; s != engine.StatusRunning {
			t.Fatalf("%s: the run is %s after the restart", name, s)
		}
		c.act(r)
		r.rest()
		if s := must(r.Run(run)).Status; s != engine.StatusCancelled {
			t.Errorf("%s: the run is %s, want Cancelled", name, s)
		}
	}
}

func TestRestartPaused(t *testing.T) {
	t.Parallel()
	r := newRestarted(t, inngestgo.FunctionOpts{}, onGo, func(ctx context.Context, _ input, r *restarted) (any, error) {
		step.Sleep(ctx, "nap", time.Hour)
		return r.step(ctx, "after")
	})
	run := r.runsOf(r.send("go", `{}`))[0]
	r.rest()
	if err := r.Pause("shop-fn"); err != nil {
		t.Fatal(err)
	}
	r.restart()
	if runs := r.runsOf(r.send("go", `{}`)); len(runs) > 0 {
		t.Error("a paused function was started")
	}
	r.clock.Advance(2 * time.Hour)
	r.rest()
	r.wantRan(map[string]int{})
	if err := r.Resume("shop-fn"); err != nil {
		t.Fatal(err)
	}
	r.rest()
	want(t, must(r.Run(run)), `"after"`)
}

func TestRestartSchedules(t *testing.T) {
	t.Parallel()
	r := newRestarted(t, inngestgo.FunctionOpts{}, inngestgo.CronTrigger("0 * * * *"), func(ctx context.Context, _ input, r *restarted) (any, error) {
		return r.step(ctx, "tick")
	})
	r.clock.Advance(time.Hour)
	r.rest()
	r.restart()
	r.rest()
	r.wantRan(map[string]int{"tick": 1})
	r.clock.Advance(30 * time.Minute)
	r.restart()
	r.clock.Advance(30 * time.Minute)
	r.rest()
	r.wantRan(map[string]int{"tick": 2})
}
