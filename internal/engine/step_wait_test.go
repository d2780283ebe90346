package engine_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// waits adds a function that waits a day for "paid" with an expression.
func waits(k *kit, expression string) {
	k.on("waits", func(ctx context.Context, _ input) (any, error) {
		opts := step.WaitForEventOpts{Event: "paid", Timeout: 24 * time.Hour}
		if expression != "" {
			opts.If = &expression
		}
		ev, err := step.WaitForEvent[map[string]any](ctx, "w", opts)
		return resultOr(ev["data"], err), nil
	})
	k.sync()
}

// resultOr returns a step's result, or its error as text.
func resultOr(out any, err error) any {
	if err != nil {
		return "error: " + err.Error()
	}
	return out
}

func TestWaitForEvent(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	waits(k, `async.data.order == event.data.order && async.data.amount > 10`)
	k.send("paid", `{"order":7,"amount":50}`) // before anybody waits
	run := k.runsOf(k.send("go", `{"order":7}`))[0]
	k.rest()
	for _, data := range []string{`{"order":8,"amount":50}`, `{"order":7,"amount":10}`, `{"order":7}`, `{}`} {
		k.send("paid", data)
	}
	k.clock.Advance(time.Hour)
	k.rest()
	if r, _ := k.Run(run); r.Status != engine.StatusRunning {
		t.Fatalf("the wait ended: %s", r.Output)
	}
	k.send("paid", `{"order":7,"amount":10.5}`)
	k.send("paid", `{"order":7,"amount":99}`)
	r := k.end(run)
	want(t, r, `{"amount":10.5,"order":7}`)
	if got := r.Ended.Sub(start); got != time.Hour {
		t.Errorf("the run took %v", got)
	}
	if at, ok := k.Next(); ok {
		t.Errorf("something is still due at %v: the timeout was not taken back", at)
	}
}

func TestWaitTimesOut(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	waits(k, "")
	r := k.play(`{}`)
	want(t, r, `"error: event not received"`)
	if got := r.Ended.Sub(start); got != 24*time.Hour {
		t.Errorf("the wait took %v", got)
	}
	k.send("paid", `{}`) // nobody waits any more
	k.rest()
}

func TestOneEventEndsManyWaitsInOrder(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	waits(k, "")
	var runs, ended []string
	for range 5 {
		runs = append(runs, k.runsOf(k.send("go", `{}`))...)
		k.rest()
		k.clock.Advance(time.Second)
	}
	k.send("paid", `{}`)
	k.rest()
	for _, ev := range k.Events(engine.EventQuery{Limit: 100, Name: "inngest/function.finished", Internal: true}).Events {
		ended = append([]string{runOf(t, ev)}, ended...)
	}
	if diff := cmp.Diff(runs, ended); diff != "" {
		t.Errorf("order of ends (-want +got):\n%s", diff)
	}
}

func runOf(t *testing.T, ev engine.Event) string {
	t.Helper()
	return decode(t, ev.Data).(map[string]any)["run_id"].(string)
}
