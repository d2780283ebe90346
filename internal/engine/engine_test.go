package engine_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func TestCloseCancelsCalls(t *testing.T) {
	t.Parallel()
	inside := make(chan struct{})
	k := newRaw(t, func(_ http.ResponseWriter, r *http.Request) {
		close(inside)
		<-r.Context().Done()
	})
	run := k.runsOf(k.send("go", `{}`))[0]
	<-inside
	if err := errors.Join(k.Close(), k.Close()); err != nil {
		t.Error(err)
	}
	if r, _ := k.Run(run); r.Status != engine.StatusRunning {
		t.Errorf("the run is %s, want it as it was", r.Status)
	}
	_, sent := k.Send("", wire.Event{Name: "go"})
	_, synced := k.Register(rawApp("shop-x", `[]`))
	_, waited := k.WaitRun(t.Context(), run)
	for _, err := range []error{sent, synced, waited, k.Checkpoint(run, wire.CheckpointRequest{})} {
		if !errors.Is(err, engine.ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
	}
	if _, err := k.Run("nope"); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

func TestShutdownWaits(t *testing.T) {
	t.Parallel()
	inside, leave := make(chan struct{}), make(chan struct{})
	k := newRaw(t, func(http.ResponseWriter, *http.Request) {
		close(inside)
		<-leave
	})
	k.send("go", `{}`)
	k.send("go", `{}`) // there is one worker, so this run must not start
	<-inside
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := k.Shutdown(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
	close(leave)
	if err := k.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestWaitRun(t *testing.T) {
	t.Parallel()
	leave := make(chan struct{})
	k := newRaw(t, func(http.ResponseWriter, *http.Request) { <-leave })
	run := k.runsOf(k.send("go", `{}`))[0]
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.WaitRun(ended, run); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
	if err := k.Idle(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
	close(leave)
	r, err := k.WaitRun(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	want(t, r, `null`)
}

// TestManyRunsAtOnce is for the race detector: a hundred workers call a hundred runs
// of a function that takes steps, sleeps and waits.
func TestManyRunsAtOnce(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(c *engine.Config) { c.Clock, c.Workers = engine.RealClock{}, 100 })
	k.on("f", func(ctx context.Context, _ input) (any, error) {
		if _, err := step.Run(ctx, "a", func(context.Context) (int, error) { return 1, nil }); err != nil {
			return nil, err
		}
		step.Sleep(ctx, "s", time.Millisecond)
		_, err := step.WaitForEvent[any](ctx, "w", step.WaitForEventOpts{Event: "never", Timeout: time.Millisecond})
		return err != nil, nil
	})
	k.sync()
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			r, err := k.WaitRun(t.Context(), k.runsOf(k.send("go", `{}`))[0])
			if err != nil || string(r.Output) != "true" {
				t.Errorf("%v: %s is %s with %s", err, r.ID, r.Status, r.Output)
			}
			k.Runs(engine.RunQuery{Limit: 10})
		})
	}
	all.Wait()
}

func TestLimits(t *testing.T) {
	t.Parallel()
	t.Run("steps", func(t *testing.T) {
		t.Parallel()
		k := newRaw(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusPartialContent)
			var ops []string
			for range 400 {
				ops = append(ops, `{"id":"`+unique()+`","op":"StepRun","data":1}`)
			}
			_, _ = io.WriteString(w, "["+strings.Join(ops, ",")+"]")
		})
		wantFailed(t, k.play(`{}`), "InngestErrFunctionOverflowed")
	})
	t.Run("state", func(t *testing.T) {
		t.Parallel()
		data := strings.Repeat("x", wire.MaxStepBytes-100)
		k := newRaw(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusPartialContent)
			_, _ = io.WriteString(w, `[{"id":"`+unique()+`","op":"StepRun","data":"`+data+`"}]`)
		})
		r := k.play(`{}`)
		wantFailed(t, r, "InngestErrStateOverflowed")
		if len(r.Steps) != 9 {
			t.Errorf("%d steps of almost 4 MiB, want the ninth to be too many", len(r.Steps))
		}
	})
}

var (
	uniqueMu sync.Mutex
	uniqueN  int
)

func unique() string {
	uniqueMu.Lock()
	defer uniqueMu.Unlock()
	uniqueN++
	return wire.HashStepID("step", uniqueN)
}

func TestVirtualClock(t *testing.T) {
	t.Parallel()
	c := engine.NewVirtualClock(start)
	var got []string
	after := func(d time.Duration, name string) engine.Timer {
		return c.AfterFunc(d, func() { got = append(got, name+"@"+c.Now().Sub(start).String()) })
	}
	after(2*time.Second, "b")
	after(time.Second, "a")
	after(2*time.Second, "c")
	stopped := after(time.Second, "never")
	c.AfterFunc(time.Second, func() { after(time.Second, "d") })
	if !stopped.Stop() || stopped.Stop() {
		t.Error("a timer can be stopped once")
	}
	if first := c.AfterFunc(0, func() { got = append(got, "stopped") }); !first.Stop() || first.Stop() {
		t.Error("the first timer can be stopped once")
	}
	if at, ok := c.Next(); !ok || !at.Equal(start.Add(time.Second)) {
		t.Errorf("the next timer is at %v", at)
	}
	c.Advance(3 * time.Second)
	if s := strings.Join(got, " "); s != "a@1s b@2s c@2s d@2s" {
		t.Errorf("ran %s", s)
	}
	if _, ok := c.Next(); ok || !c.Now().Equal(start.Add(3*time.Second)) {
		t.Errorf("the clock stands at %v", c.Now())
	}
}
