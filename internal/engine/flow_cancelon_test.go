package engine_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
)

func cancellable(k *kit, cancel ...inngestgo.ConfigCancel) {
	k.add(inngestgo.FunctionOpts{ID: "naps", Cancel: cancel}, inngestgo.EventTrigger("go", nil),
		func(ctx context.Context, _ input) (any, error) {
			step.Sleep(ctx, "s", time.Hour)
			return "rested", nil
		})
	k.sync()
}

func TestCancelOn(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	same := "event.data.user == async.data.user"
	cancellable(k, inngestgo.ConfigCancel{Event: "user.deleted", If: &same}, inngestgo.ConfigCancel{Event: "stop"})
	a, b, none := k.start(`{"user":"a"}`), k.start(`{"user":"b"}`), k.start(`{}`)
	k.send("user.deleted", `{"user":"a"}`)
	k.status(a, engine.StatusCancelled)
	k.status(b, engine.StatusRunning)
	k.send("user.deleted", `{}`) // null equals null
	k.status(none, engine.StatusCancelled)
	k.status(b, engine.StatusRunning)
	k.send("stop", `{}`)
	k.status(b, engine.StatusCancelled)
	k.rest()
	if n := len(k.Events(engine.EventQuery{Name: "inngest/function.cancelled", Internal: true}).Events); n != 3 {
		t.Errorf("%d events told of cancelled runs, want 3", n)
	}
}

func TestCancelOnTimeout(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	timeout := "10m"
	cancellable(k, inngestgo.ConfigCancel{Event: "stop", Timeout: &timeout})
	early, late := k.start(`{}`), k.start(`{}`)
	k.clock.Advance(10*time.Minute - 1)
	if err := k.Cancel(late); err != nil {
		t.Fatal(err)
	}
	k.send("stop", `{}`)
	k.status(early, engine.StatusCancelled)

	run := k.start(`{}`)
	k.clock.Advance(10 * time.Minute)
	k.send("stop", `{}`)
	want(t, k.end(run), `"rested"`)
}

// TestCancelOnOwnTrigger checks that an event does not cancel the run that it starts.
func TestCancelOnOwnTrigger(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	cancellable(k, inngestgo.ConfigCancel{Event: "go"})
	first := k.start(`{}`)
	k.status(first, engine.StatusRunning)
	second := k.start(`{}`)
	k.status(first, engine.StatusCancelled)
	k.status(second, engine.StatusRunning)
}

// TestCancelOnOrder checks that an event cancels runs in the order of their start,
// whichever part of the wait index has them: the waits of one function require a
// value of the event, and those of the other do not.
func TestCancelOnOrder(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	same := "event.data.order == async.data.order"
	for id, cancel := range map[string]inngestgo.ConfigCancel{"value": {Event: "stop", If: &same}, "any": {Event: "stop"}} {
		k.add(inngestgo.FunctionOpts{ID: id, Cancel: []inngestgo.ConfigCancel{cancel}}, inngestgo.EventTrigger(id, nil),
			func(ctx context.Context, _ input) (any, error) {
				step.Sleep(ctx, "s", time.Hour)
				return "rested", nil
			})
	}
	k.sync()
	var started, cancelled []string
	for range 10 {
		for _, id := range []string{"value", "any"} {
			started = append(started, k.runsOf(k.send(id, `{"order":1}`))...)
		}
	}
	k.rest()
	k.send("stop", `{"order":1}`)
	for _, ev := range k.Events(engine.EventQuery{Limit: 100, Name: "inngest/function.cancelled", Internal: true}).Events {
		cancelled = append([]string{runOf(t, ev)}, cancelled...)
	}
	if diff := cmp.Diff(started, cancelled); diff != "" {
		t.Errorf("order of cancellations (-want +got):\n%s", diff)
	}
}
