package parity

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"
)

// gate keeps steps until they are released.
type gate chan struct{}

// held declares a function with one step, which notes the event's n when it
// starts, and then waits at the gate.
func (k *kit) held(g gate, opts options, event string) function {
	opts.Retries = new(0)
	return k.with(opts, event, func(ctx context.Context, in input) (any, error) {
		return step.Run(ctx, "held", func(ctx context.Context) (any, error) {
			k.notef("%v", in.Event.Data["n"])
			return nil, g.pass(ctx)
		})
	})
}

func (g gate) pass(ctx context.Context) error {
	select {
	case <-g:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// release lets one step pass.
func (g gate) release(k *kit) {
	k.Helper()
	ctx, cancel := context.WithTimeout(k.Context(), *patience)
	defer cancel()
	select {
	case g <- struct{}{}:
	case <-ctx.Done():
		k.Fatal("no step waits at the gate")
	}
}

// passing declares the function that settled waits for.
func (k *kit) passing() function {
	return k.on("passing", "passing", func(ctx context.Context, _ input) (any, error) {
		step.Sleep(ctx, "moment", brief/2)
		return nil, nil
	})
}

// settled gives the server time for a mistake: the time of a run of another
// function, which sleeps. Then it asserts the journal.
func (k *kit) settled(want ...string) {
	k.Helper()
	k.await(len(want))
	k.plays("passing", nil, "Completed", nil)
	equal(k, "the app's journal", sorted(k.noted()), sorted(want))
}

// sends sends, in one request, an event with each data, n counted from 1, and a
// time after that of the one before.
func (k *kit) sends(event string, data ...map[string]any) (ids []string) {
	k.Helper()
	events, now := make([]inngestgo.Event, len(data)), time.Now().UnixMilli()
	for i, d := range data {
		events[i] = inngestgo.Event{Name: k.event(event), Data: map[string]any{"n": i + 1}, Timestamp: now + int64(i)}
		maps.Copy(events[i].Data, d)
	}
	return k.sendAll(events...)
}

// status waits until the one run of an event has ended, and asserts how.
func (k *kit) status(id, want string) {
	k.Helper()
	equal(k, "the run's status", k.runs(id, 1)[0].Status, want)
}

func quoted(s string) *string { return new(fmt.Sprintf("%q", s)) }
