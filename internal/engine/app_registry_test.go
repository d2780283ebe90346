package engine_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// TestRemove registers two apps with one function id, and removes the app that
// registered it last: the function of the other is in force again, with its
// schedule.
func TestRemove(t *testing.T) {
	t.Parallel()
	k := newRaw(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`"ok"`))
	})
	starts := func(want ...string) {
		t.Helper()
		runs := k.runsOf(k.send("go", `{}`))
		if len(runs) != len(want) {
			t.Fatalf("the event started %d runs, want %v", len(runs), want)
		}
		for i, id := range runs {
			if got := must(k.Run(id)); got.App != want[i] {
				t.Errorf("the event started a run of app %q, want %q", got.App, want[i])
			}
			k.end(id)
		}
	}
	ticks := func() bool {
		k.rest()
		at, ok := k.Next()
		return ok && at.Before(k.clock.Now().Add(2*time.Minute))
	}
	shop := rawApp("shop-a-b", `[{"event":"go"},{"cron":"* * * * *"}]`)
	other := rawApp("shop-a-b", `[{"event":"go"}]`)
	other.AppName = "shop-a"
	must(k.Register(shop))
	starts("shop")
	must(k.Register(other))
	starts("shop-a")
	k.clock.Advance(time.Minute) // the last tick of the schedule
	if ticks() {
		t.Error("the schedule of a function that another app has taken over continues")
	}
	if err := k.Remove("shop-a"); err != nil {
		t.Fatal(err)
	}
	starts("shop")
	if !ticks() {
		t.Error("the function that is in force again has no schedule")
	}
	if err := k.Remove("shop"); err != nil || len(k.Apps()) != 0 {
		t.Errorf("got %v; the engine has %+v", err, k.Apps())
	}
	starts()
	k.clock.Advance(time.Minute)
	if ticks() {
		t.Error("the schedule of a removed app continues")
	}
	if err := k.Remove("shop"); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}
