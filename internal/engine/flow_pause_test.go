package engine_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
)

func TestPause(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	naps(k)
	before := k.start(`{}`)
	for range 2 { // the second has no effect
		if err := k.Pause("shop-naps"); err != nil {
			t.Fatal(err)
		}
	}
	if runs := k.runsOf(k.send("go", `{}`)); len(runs) != 0 {
		t.Errorf("a paused function was started: %v", runs)
	}
	k.sync() // a pause outlives syncs
	if at := k.Apps()[0].Functions[0].PausedAt; !at.Equal(start) {
		t.Errorf("it is paused since %v", at)
	}
	k.clock.Advance(2 * time.Hour)
	k.rest()
	k.status(before, engine.StatusRunning)
	if err := k.Resume("shop-naps"); err != nil {
		t.Fatal(err)
	}
	k.rest()
	want(t, must(k.Run(before)), `"rested"`)
	want(t, k.play(`{}`), `"rested"`)
}

func TestPauseRefusesStarts(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	naps(k)
	r := k.play(`{}`)
	if err := k.Pause("shop-naps"); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"invoke": second(k.Invoke("shop-naps", nil, nil)),
		"rerun":  second(k.Rerun(r.ID)),
	} {
		var refused *engine.RequestError
		if !errors.As(err, &refused) || refused.Status != http.StatusConflict {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for name, err := range map[string]error{"pause": k.Pause("nope"), "resume": k.Resume("nope")} {
		if !errors.Is(err, engine.ErrNotFound) {
			t.Errorf("%s: got %v, want ErrNotFound", name, err)
		}
	}
}

// TestPauseExpires checks that a pause cancels its runs after seven days.
func TestPauseExpires(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	naps(k)
	run := k.start(`{}`)
	if err := k.Pause("shop-naps"); err != nil {
		t.Fatal(err)
	}
	k.clock.Advance(7*24*time.Hour - time.Second)
	k.rest()
	k.status(run, engine.StatusRunning)
	k.clock.Advance(time.Second)
	k.rest()
	k.status(run, engine.StatusCancelled)
}
