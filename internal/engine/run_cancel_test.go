package engine_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// naps adds a function that sleeps for an hour.
func naps(k *kit) {
	k.on("naps", func(ctx context.Context, _ input) (any, error) {
		step.Sleep(ctx, "s", time.Hour)
		return "rested", nil
	})
	k.sync()
}

func (k *kit) start(data string) string {
	k.Helper()
	id := k.runsOf(k.send("go", data))[0]
	k.rest()
	return id
}

// status fails the test unless the run has this status.
func (k *kit) status(id string, want engine.Status) {
	k.Helper()
	if r := must(k.Run(id)); r.Status != want {
		k.Fatalf("the run is %s with %s, want %s", r.Status, r.Output, want)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	naps(k)
	run, other := k.start(`{}`), k.start(`{}`)
	for range 2 { // the second has no effect
		if err := k.Cancel(run); err != nil {
			t.Fatal(err)
		}
	}
	r := must(k.Run(run))
	if r.Status != engine.StatusCancelled || !r.Ended.Equal(start) || r.Output != nil {
		t.Errorf("got %+v", r)
	}
	want(t, k.end(other), `"rested"`)
	if err := k.Cancel(other); err != nil {
		t.Error(err)
	}
	k.status(other, engine.StatusCompleted)
	if err := k.Cancel("nope"); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

// TestCancelInFlight checks that an answer has no effect if the run was cancelled during
// the call.
func TestCancelInFlight(t *testing.T) {
	t.Parallel()
	inside, leave := make(chan struct{}), make(chan struct{})
	k := newRaw(t, func(http.ResponseWriter, *http.Request) {
		inside <- struct{}{}
		<-leave
	})
	run := k.runsOf(k.send("go", `{}`))[0]
	<-inside
	if err := k.Cancel(run); err != nil {
		t.Fatal(err)
	}
	close(leave)
	k.rest()
	k.status(run, engine.StatusCancelled)
}

func TestCancelRuns(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	naps(k)
	var runs []string
	for _, data := range []string{`{"n":0}`, `{"n":1}`, `{"n":2}`, `{"n":3}`} { // a minute apart
		runs = append(runs, k.start(data))
		k.clock.Advance(time.Minute)
	}
	n, err := k.CancelRuns(engine.Cancellation{
		Function: "shop-naps", After: start.Add(time.Minute), Before: start.Add(3 * time.Minute), If: "event.data.n != 2",
	})
	if n != 1 || err != nil {
		t.Errorf("cancelled %d runs, %v; want one", n, err)
	}
	for i, want := range []engine.Status{engine.StatusRunning, engine.StatusCancelled, engine.StatusRunning, engine.StatusRunning} {
		k.status(runs[i], want)
	}
	if n, err := k.CancelRuns(engine.Cancellation{Function: k.Apps()[0].Functions[0].UUID, Before: k.clock.Now()}); n != 3 || err != nil {
		t.Errorf("cancelled %d runs, %v; want the other three", n, err)
	}
}

func TestCancelRunsRefused(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	naps(k)
	for name, c := range map[string]engine.Cancellation{
		"no bound":       {Function: "shop-naps"},
		"in the future":  {Function: "shop-naps", Before: start.Add(time.Second)},
		"bad expression": {Function: "shop-naps", Before: start, If: "event.("},
	} {
		var refused *engine.RequestError
		if _, err := k.CancelRuns(c); !errors.As(err, &refused) || refused.Status != http.StatusBadRequest {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := k.CancelRuns(engine.Cancellation{Function: "nope", Before: start}); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}
