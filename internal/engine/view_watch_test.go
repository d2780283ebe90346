package engine_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inngestkit/inngestkit/internal/engine"
)

func TestWatch(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	w := k.Watch()
	defer w.Close()
	naps(k)
	event := k.send("go", `{}`)
	k.rest()
	run := k.runsOf(event)[0]
	next := func() []engine.Change {
		t.Helper()
		changes, missed, err := w.Next(t.Context())
		if missed || err != nil {
			t.Fatal(missed, err)
		}
		return changes
	}
	// A run that changed many times appears once.
	if diff := cmp.Diff([]engine.Change{{engine.ChangedApp, "shop"}, {engine.ChangedEvent, event}, {engine.ChangedRun, run}}, next()); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if err := errors.Join(k.Pause("shop-naps"), k.Cancel(run)); err != nil {
		t.Fatal(err)
	}
	got := next()
	if diff := cmp.Diff([]engine.Change{{engine.ChangedApp, "shop"}, {engine.ChangedRun, run}}, got[:2]); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := w.Next(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error: nothing has changed", err)
	}
	k.Close()
	if _, _, err := w.Next(t.Context()); !errors.Is(err, engine.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}

// TestWatchMisses checks that a slow reader learns that it has missed changes, and that
// it blocks nobody.
func TestWatchMisses(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	w := k.Watch()
	defer w.Close()
	for range engine.WatchBuffer + 10 {
		k.send("unheard", `{}`)
	}
	changes, missed, err := w.Next(t.Context())
	if len(changes) != engine.WatchBuffer || !missed || err != nil {
		t.Errorf("got %d changes, missed %v, %v", len(changes), missed, err)
	}
	event := k.send("unheard", `{}`)
	changes, missed, err = w.Next(t.Context())
	if diff := cmp.Diff([]engine.Change{{engine.ChangedEvent, event}}, changes); diff != "" || missed || err != nil {
		t.Errorf("missed %v, %v, changes (-want +got):\n%s", missed, err, diff)
	}
}
