package engine_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/internal/engine"
)

func TestPriority(t *testing.T) {
	t.Parallel()
	h := newHeld(t)
	run := "event.data.p"
	opts := steps(inngestgo.ConfigStepConcurrency{Limit: 1})
	opts.Priority = &inngestgo.ConfigPriority{Run: &run}
	h.function("f", opts)
	h.sync()
	h.starts("f", `{}`) // holds the slot
	for _, p := range []string{`0`, `-100`, `100`, `600`, `10000`, `"x"`, `1.5`} {
		h.starts("f", fmt.Sprintf(`{"p":%s}`, p))
	}
	h.clock.Advance(time.Second)
	h.starts("f", `{"p":2}`)
	h.stand("RSSSSSSSS")
	// 10,000 counts as 600, a value that is not a number counts as 0, and a run
	// that starts a second later with 2 is one second ahead.
	for _, n := range []int{0, 4, 5, 3, 7, 8, 1, 6, 2} {
		if letter := must(h.Run(h.runs[n])).Status; letter != "Running" {
			t.Errorf("it is the turn of run %d, which is %s", n, letter)
		}
		h.ends(n)
	}
}

// TestPriorityBetweenLanes checks that a run with a higher priority overtakes the older
// runs of its function and of another function, which have another lane: while all
// of them wait for the worker, and while they wait for a slot.
func TestPriorityBetweenLanes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		workers int
		limits  []inngestgo.ConfigStepConcurrency
	}{
		"for the worker": {1, nil},
		"for a slot":     {9, []inngestgo.ConfigStepConcurrency{{Limit: 1, Key: new(`"api"`), Scope: scopeAccount}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKit(t, func(c2 *engine.Config) { c2.Workers = c.workers })
			var order []string
			busy, free := make(chan struct{}), make(chan struct{})
			for id, own := range map[string]int{"f": 5, "g": 6} {
				opts := steps(append(c.limits, inngestgo.ConfigStepConcurrency{Limit: own})...)
				opts.ID, opts.Priority = id, &inngestgo.ConfigPriority{Run: new("event.data.p")}
				k.add(opts, inngestgo.EventTrigger(id, nil), func(_ context.Context, in input) (any, error) {
					if order = append(order, id+in.Event.Data["n"].(string)); len(order) == 1 {
						close(busy)
						<-free
					}
					return "ok", nil
				})
			}
			k.sync()
			k.send("f", `{"n":"1","p":0}`)
			<-busy
			k.send("f", `{"n":"2","p":-5}`)
			k.send("g", `{"n":"3","p":0}`)
			k.send("f", `{"n":"4","p":600}`)
			close(free)
			k.rest()
			if diff := cmp.Diff([]string{"f1", "f4", "g3", "f2"}, order); diff != "" {
				t.Errorf("order of runs (-want +got):\n%s", diff)
			}
		})
	}
}
