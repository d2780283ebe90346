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

func steps(limits ...inngestgo.ConfigStepConcurrency) inngestgo.FunctionOpts {
	return inngestgo.FunctionOpts{Concurrency: &inngestgo.ConfigConcurrency{Step: limits}}
}

// Scopes of a limit, with inngestgo's numbers.
const (
	scopeEnv     = 1
	scopeAccount = 2
)

func TestConcurrency(t *testing.T) {
	t.Parallel()
	h := newHeld(t)
	h.function("f", steps(inngestgo.ConfigStepConcurrency{Limit: 2}))
	h.function("other", inngestgo.FunctionOpts{})
	h.sync()
	for range 4 {
		h.starts("f", `{}`)
	}
	h.starts("other", `{}`)
	h.stand("RRSSR")
	h.ends(1)
	h.stand("RCRSR")
	h.ends(0, 2, 3, 4)
	h.stand("CCCCC")
}

// TestConcurrencyKey checks that the limit applies to each value of the key, and to
// all runs without a value together.
func TestConcurrencyKey(t *testing.T) {
	t.Parallel()
	h := newHeld(t)
	key := "event.data.user"
	h.function("f", steps(inngestgo.ConfigStepConcurrency{Limit: 1, Key: &key}))
	h.sync()
	for _, data := range []string{`{"user":"a"}`, `{"user":"a"}`, `{"user":"b"}`, `{}`, `{}`, `{"user":7}`} {
		h.starts("f", data)
	}
	h.stand("RSRRSR")
	h.ends(0)
	h.stand("CRRRSR")
	h.ends(3, 1, 2, 4, 5)
	h.stand("CCCCCC")
}

// TestTwoConcurrencyLimits checks that a call needs a slot of both limits, and that a
// call which waits for the second one blocks nobody at the first.
func TestTwoConcurrencyLimits(t *testing.T) {
	t.Parallel()
	h := newHeld(t)
	key := "event.data.user"
	h.function("f", steps(inngestgo.ConfigStepConcurrency{Limit: 2}, inngestgo.ConfigStepConcurrency{Limit: 1, Key: &key}))
	h.sync()
	for _, data := range []string{`{"user":"a"}`, `{"user":"a"}`, `{"user":"b"}`, `{"user":"b"}`, `{"user":"c"}`} {
		h.starts("f", data)
	}
	h.stand("RSRSS")
	h.ends(2)
	h.stand("RSCRS") // b's second run is older than c's
	h.ends(3)
	h.stand("RSCCR")
	h.ends(0)
	h.stand("CRCCR")
	h.ends(1, 4)
}

// TestConcurrencyScopes checks that functions share a limit of the account or the
// environment by the key's value.
func TestConcurrencyScopes(t *testing.T) {
	t.Parallel()
	key := `"api"`
	for name, limits := range map[string][2]inngestgo.ConfigStepConcurrency{
		"account": {{Limit: 2, Key: &key, Scope: scopeAccount}, {Limit: 1, Key: &key, Scope: scopeAccount}},
		"env":     {{Limit: 2, Key: &key, Scope: scopeEnv}, {Limit: 1, Key: &key, Scope: scopeEnv}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHeld(t)
			h.function("f", steps(limits[0]))
			h.function("g", steps(limits[1]))
			h.function("own", steps(inngestgo.ConfigStepConcurrency{Limit: 1, Key: &key}))
			h.sync()
			for _, fn := range []string{"f", "g", "f", "own", "f"} {
				h.starts(fn, `{}`)
			}
			h.stand("RSRRS") // g may run only if no other run does
			h.ends(0)
			h.stand("CSRRR")
			h.ends(2, 4)
			h.stand("CRCRC")
			h.ends(1, 3)
		})
	}
}

// TestConcurrencyOfSleepingRuns checks that a sleeping run holds no slot of a limit on
// steps, but does hold one of a limit on runs.
func TestConcurrencyOfSleepingRuns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limits inngestgo.ConfigConcurrency
		second engine.Status
	}{
		"steps": {inngestgo.ConfigConcurrency{Step: []inngestgo.ConfigStepConcurrency{{Limit: 1}}}, engine.StatusRunning},
		"runs":  {inngestgo.ConfigConcurrency{Fn: []inngestgo.ConfigFnConcurrency{{Limit: 1}}}, engine.StatusScheduled},
	} {
		k := newKit(t)
		k.add(inngestgo.FunctionOpts{ID: "naps", Concurrency: &c.limits}, inngestgo.EventTrigger("go", nil),
			func(ctx context.Context, _ input) (any, error) {
				step.Sleep(ctx, "s", time.Hour)
				return "rested", nil
			})
		k.sync()
		first, second := k.start(`{}`), k.start(`{}`)
		if r := must(k.Run(second)); r.Status != c.second {
			t.Errorf("%s: while the first sleeps, the second is %s, want %s", name, r.Status, c.second)
		}
		k.end(first)
		k.end(second)
	}
}

// TestOldestRunFirst checks that the steps of a run go before a run that has not
// begun.
func TestOldestRunFirst(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	var order string
	k.add(inngestgo.FunctionOpts{ID: "f", Concurrency: &inngestgo.ConfigConcurrency{Step: []inngestgo.ConfigStepConcurrency{{Limit: 1}}}},
		inngestgo.EventTrigger("go", nil), func(ctx context.Context, in input) (any, error) {
			for _, id := range []string{"1", "2"} {
				_, _ = step.Run(ctx, id, func(context.Context) (any, error) {
					order += in.Event.Data["n"].(string) + id + " "
					k.clock.Advance(time.Second)
					if order == "a1 " {
						k.send("go", `{"n":"b"}`)
					}
					return id, nil
				})
			}
			return "ok", nil
		})
	k.sync()
	k.start(`{"n":"a"}`)
	if order != "a1 a2 b1 b2 " {
		t.Errorf("the order is %s", order)
	}
}

// TestCancelWaiting checks that a run which is cancelled while it waits takes no slot.
func TestCancelWaiting(t *testing.T) {
	t.Parallel()
	h := newHeld(t)
	h.function("f", steps(inngestgo.ConfigStepConcurrency{Limit: 1}))
	h.sync()
	for range 3 {
		h.starts("f", `{}`)
	}
	if err := h.Cancel(h.runs[1]); err != nil {
		t.Fatal(err)
	}
	h.stand("RXS")
	h.ends(0)
	h.stand("CXR")
	h.ends(2)
}

// TestLanesTakeTurns checks that the oldest run goes first, whichever lane has it. Two
// functions with different limits, and so different lanes, share one worker.
func TestLanesTakeTurns(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	var order []string
	for id, opts := range map[string]inngestgo.FunctionOpts{"f": {}, "g": steps(inngestgo.ConfigStepConcurrency{Limit: 5})} {
		opts.ID = id
		k.add(opts, inngestgo.EventTrigger(id, nil), func(_ context.Context, in input) (any, error) {
			if order = append(order, id+in.Event.Data["n"].(string)); len(order) == 1 { // the worker is busy
				for _, next := range []string{"f2", "g3", "f4", "g5", "g6", "f7"} {
					k.send(next[:1], `{"n":"`+next[1:]+`"}`)
				}
			}
			return "ok", nil
		})
	}
	k.sync()
	k.send("f", `{"n":"1"}`)
	k.rest()
	if diff := cmp.Diff([]string{"f1", "f2", "g3", "f4", "g5", "g6", "f7"}, order); diff != "" {
		t.Errorf("order of runs (-want +got):\n%s", diff)
	}
}

// TestCancelBetweenLanes cancels the run that is next at a limit which three functions
// share. They have different further limits, and so different lanes. The next
// oldest run of any of them goes instead.
func TestCancelBetweenLanes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		starts []string // after the run that holds the slot
		next   string   // the runs' statuses once the slot is free
	}{
		"the lane is empty then":      {[]string{"g", "h"}, "CXR"},
		"the lane has a younger call": {[]string{"g", "h", "g"}, "CXRS"},
		"the lane has an older call":  {[]string{"g", "g", "h"}, "CXRS"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHeld(t)
			key := `"api"`
			shared := inngestgo.ConfigStepConcurrency{Limit: 1, Key: &key, Scope: scopeAccount}
			h.function("f", steps(shared))
			h.function("g", steps(shared, inngestgo.ConfigStepConcurrency{Limit: 5}))
			h.function("h", steps(shared, inngestgo.ConfigStepConcurrency{Limit: 6}))
			h.sync()
			h.starts("f", `{}`)
			for _, fn := range c.starts {
				h.starts(fn, `{}`)
			}
			if err := h.Cancel(h.runs[1]); err != nil {
				t.Fatal(err)
			}
			h.ends(0)
			h.stand(c.next)
			for n := range len(c.starts) - 1 {
				h.ends(n + 2)
			}
		})
	}
}

// TestConcurrencyAfterARest checks that functions still share a limit after all of its
// slots were free.
func TestConcurrencyAfterARest(t *testing.T) {
	t.Parallel()
	h := newHeld(t)
	key := `"api"`
	shared := inngestgo.ConfigStepConcurrency{Limit: 1, Key: &key, Scope: scopeAccount}
	h.function("f", steps(shared))
	h.function("g", steps(shared, inngestgo.ConfigStepConcurrency{Limit: 5}))
	h.sync()
	h.starts("f", `{}`)
	h.ends(0)
	h.starts("f", `{}`)
	h.starts("g", `{}`)
	h.stand("CRS")
	h.ends(1)
	h.stand("CCR")
	h.ends(2)
}
