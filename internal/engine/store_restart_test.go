package engine_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func TestRestartSleeping(t *testing.T) {
	t.Parallel()
	r := newRestarted(t, inngestgo.FunctionOpts{}, onGo, func(ctx context.Context, _ input, r *restarted) (any, error) {
		_, _ = r.step(ctx, "before")
		step.Sleep(ctx, "nap", time.Hour)
		return r.step(ctx, "after")
	})
	r.ended(r.runsOf(r.send("go", `{}`))[0], time.Hour, `"after"`)
	r.wantRan(map[string]int{"before": 1, "after": 1})
}

func TestRestartWaiting(t *testing.T) {
	t.Parallel()
	r := newRestarted(t, inngestgo.FunctionOpts{}, onGo, func(ctx context.Context, _ input, _ *restarted) (any, error) {
		ev, err := step.WaitForEvent[inngestgo.Event](ctx, "answer", step.WaitForEventOpts{
			Event: "answer", Timeout: time.Hour, If: new("event.data.n == async.data.n"),
		})
		if errors.Is(err, step.ErrEventNotReceived) {
			return "timeout", nil
		}
		return ev.Data["n"], err
	})
	answered, late := r.runsOf(r.send("go", `{"n":1}`))[0], r.runsOf(r.send("go", `{"n":2}`))[0]
	r.rest()
	r.restart()
	r.send("answer", `{"n":1}`)
	r.rest()
	want(t, must(r.Run(answered)), `1`)
	r.ended(late, time.Hour, `"timeout"`)
}

func TestRestartRetrying(t *testing.T) {
	t.Parallel()
	var attempts []int
	r := newRestarted(t, inngestgo.FunctionOpts{}, onGo, func(ctx context.Context, in input, r *restarted) (any, error) {
		_, _ = r.step(ctx, "before")
		return step.Run(ctx, "flaky", func(context.Context) (string, error) {
			if attempts = append(attempts, in.InputCtx.Attempt); len(attempts) < 3 {
				return "", errors.New("not yet")
			}
			return "ok", nil
		})
	})
	run := r.runsOf(r.send("go", `{}`))[0]
	r.rest()
	r.clock.Advance(10 * time.Second) // the first retry
	r.ended(run, 30*time.Second, `"ok"`)
	r.wantRan(map[string]int{"before": 1})
	if got := fmt.Sprint(attempts); got != "[0 1 2]" {
		t.Errorf("the step was tried at attempts %s", got)
	}
}

func TestRestartInvoking(t *testing.T) {
	t.Parallel()
	r := newRestarted(t, inngestgo.FunctionOpts{}, onGo, func(ctx context.Context, _ input, _ *restarted) (any, error) {
		return step.Invoke[string](ctx, "child", step.InvokeOpts{FunctionId: "shop-child", Data: map[string]any{}})
	})
	r.add(inngestgo.FunctionOpts{ID: "child"}, inngestgo.EventTrigger("child", nil), func(ctx context.Context, _ input) (any, error) {
		step.Sleep(ctx, "nap", time.Hour)
		return "from the child", nil
	})
	r.sync()
	r.ended(r.runsOf(r.send("go", `{}`))[0], time.Hour, `"from the child"`)
}

func TestRestartParallel(t *testing.T) {
	t.Parallel()
	r := newRestarted(t, inngestgo.FunctionOpts{}, onGo, func(ctx context.Context, _ input, r *restarted) (any, error) {
		results := group.Parallel(ctx,
			func(ctx context.Context) (any, error) { return r.step(ctx, "quick") },
			func(ctx context.Context) (any, error) { step.Sleep(ctx, "slow", time.Hour); return nil, nil },
		)
		if err := results.AnyError(); err != nil {
			return nil, err
		}
		return r.step(ctx, "after")
	})
	r.ended(r.runsOf(r.send("go", `{}`))[0], time.Hour, `"after"`)
	r.wantRan(map[string]int{"after": 1, "quick": 1})
}

func TestRestartWaitingForASignal(t *testing.T) {
	t.Parallel()
	r := newRestarted(t, inngestgo.FunctionOpts{}, onGo, func(ctx context.Context, _ input, _ *restarted) (any, error) {
		s, err := step.WaitForSignal[string](ctx, "bell", step.WaitForSignalOpts{Signal: "bell", Timeout: time.Hour})
		return s.Data, err
	})
	run := r.runsOf(r.send("go", `{}`))[0]
	r.rest()
	r.restart()
	if got := must(r.Signal("bell", []byte(`"ding"`))); got != run {
		t.Errorf("the signal resumed %s", got)
	}
	r.rest()
	want(t, must(r.Run(run)), `"ding"`)
}

// TestRestartInFlight checks that a call which was in flight is made again, with the
// same attempt, when the app has synced.
func TestRestartInFlight(t *testing.T) {
	t.Parallel()
	cut := make(chan struct{})
	var attempts []int
	r := newRestarted(t, inngestgo.FunctionOpts{}, onGo, func(ctx context.Context, in input, r *restarted) (any, error) {
		_, _ = r.step(ctx, "before")
		return step.Run(ctx, "cut off", func(ctx context.Context) (string, error) {
			if attempts = append(attempts, in.InputCtx.Attempt); len(attempts) == 1 {
				close(cut)
				<-ctx.Done() // the engine stops
			}
			return "ok", nil
		})
	})
	run := r.runsOf(r.send("go", `{}`))[0]
	<-cut
	r.restart()
	r.rest()
	want(t, must(r.Run(run)), `"ok"`)
	r.wantRan(map[string]int{"before": 1})
	if got := fmt.Sprint(attempts); got != "[0 0]" {
		t.Errorf("the step was tried at attempts %s", got)
	}
}

// TestRestartWaitsForTheApp checks that after a restart no attempt is wasted on an app
// before it syncs, for up to ten seconds.
func TestRestartWaitsForTheApp(t *testing.T) {
	t.Parallel()
	r := newRestarted(t, inngestgo.FunctionOpts{}, onGo, func(ctx context.Context, _ input, r *restarted) (any, error) {
		step.Sleep(ctx, "nap", time.Second)
		return r.step(ctx, "after")
	})
	run := r.runsOf(r.send("go", `{}`))[0]
	r.rest()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	e := must(engine.New(r.cfg))
	t.Cleanup(func() { e.Close() })
	r.Engine = e
	r.clock.Advance(5 * time.Second)
	r.rest()
	r.wantRan(map[string]int{})
	r.clock.Advance(5 * time.Second)
	r.rest()
	want(t, must(r.Run(run)), `"after"`)
}

func TestStoreThatFails(t *testing.T) {
	t.Parallel()
	r := newRestarted(t, inngestgo.FunctionOpts{}, onGo, func(ctx context.Context, _ input, r *restarted) (any, error) { return r.step(ctx, "a") })
	if err := r.Err(); err != nil {
		t.Errorf("Err returned %v while all is well", err)
	}
	r.shelf.breakWith(errors.New("the disk is full"))
	for range 2 {
		if _, err := r.Send("", wire.Event{Name: "go"}); !errors.Is(err, engine.ErrStore) {
			t.Errorf("an event that is not kept was taken: %v", err)
		}
	}
	if err := r.Err(); !errors.Is(err, engine.ErrStore) {
		t.Errorf("Err returned %v", err)
	}
	if err := r.Close(); !errors.Is(err, engine.ErrStore) {
		t.Errorf("Close returned %v", err)
	}
	r.wantRan(map[string]int{})
}

// TestRestartWithoutARecord removes or spoils each record of a run. An unreadable
// record must be an error, and nothing may panic.
func TestRestartWithoutARecord(t *testing.T) {
	t.Parallel()
	r := newRestarted(t, inngestgo.FunctionOpts{}, onGo, func(ctx context.Context, _ input, r *restarted) (any, error) {
		if _, err := r.step(ctx, "a"); err != nil {
			return nil, err
		}
		step.Sleep(ctx, "night", 8*time.Hour)
		return "done", nil
	})
	r.send("go", "{}")
	r.rest()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	whole := maps.Clone(r.shelf.records)
	with := func(change func(map[string][]byte)) error {
		cfg, changed := r.cfg, newShelf()
		changed.records = maps.Clone(whole)
		change(changed.records)
		cfg.Store = changed
		e, err := engine.New(cfg)
		if err != nil {
			return err
		}
		return e.Close()
	}
	for key := range whole {
		_ = with(func(records map[string][]byte) { delete(records, key) })
		_ = with(func(records map[string][]byte) { records[key] = []byte("{}") })
		err := with(func(records map[string][]byte) { records[key] = []byte("spoilt") })
		if strings.Contains(key, "/memo/") { // only the app reads memos
			continue
		}
		if err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: spoilt, the error is %v", key, err)
		}
	}
}
