package engine_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
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
