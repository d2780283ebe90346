package inngesttest

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// clock is a clock for the engine that the test can move.
type clock interface {
	engine.Clock
	// sleepUntil moves the clock to a time. Nothing may be due before it.
	sleepUntil(at time.Time)
	// bubble reports whether the clock is that of a bubble of testing/synctest.
	bubble() bool
}

// virtual is a clock that only the test moves.
type virtual struct{ *engine.VirtualClock }

func (c virtual) sleepUntil(at time.Time) { c.Advance(at.Sub(c.Now())) }
func (virtual) bubble() bool              { return false }

// bubbled is the clock of a bubble of testing/synctest.
type bubbled struct{ engine.RealClock }

func (c bubbled) sleepUntil(at time.Time) {
	time.Sleep(at.Sub(c.Now())) //nolint:forbidigo // in a bubble this is how time moves
}
func (bubbled) bubble() bool { return true }

func (e *Env) newClock() {
	e.t.Helper()
	switch inBubble := inBubble(); {
	case inBubble && !e.cfg.Start.IsZero():
		e.t.Fatal("inngesttest: Config.Start cannot be set in a bubble of testing/synctest, which has a clock already")
	case inBubble:
		e.clock = bubbled{}
	case e.cfg.Start.IsZero():
		e.clock = virtual{engine.NewVirtualClock(time.Now())}
	default:
		e.clock = virtual{engine.NewVirtualClock(e.cfg.Start)}
	}
	e.start = e.clock.Now()
}

// inBubble reports whether the goroutine is in a bubble of testing/synctest. The
// package has no function that says so, but its Wait panics outside a bubble.
func inBubble() (in bool) {
	defer func() {
		if p := recover(); p != nil {
			in = !strings.Contains(fmt.Sprint(p), "not in a bubble")
		}
	}()
	synctest.Wait()
	return true
}

// Advance moves the clock of the test forward. Whatever becomes due on the way
// happens at its own time and in order: sleeps end, waits time out, retries and
// schedules run. Advance returns when the functions are idle. It fails the test
// if d is negative.
func (e *Env) Advance(d time.Duration) {
	e.t.Helper()
	e.needsVirtualTime("Advance")
	if d < 0 {
		e.t.Fatalf("inngesttest: Advance(%v): time only goes forward", d)
	}
	e.needsOpen()
	e.refuseReentry()
	e.idle()
	e.moveTo(e.Now().Add(d))
	e.WaitUntilIdle()
}

// AdvanceTo is like [Env.Advance], up to a point in time. It fails the test if the
// clock is past that time.
func (e *Env) AdvanceTo(at time.Time) {
	e.t.Helper()
	e.needsVirtualTime("AdvanceTo")
	if d := at.Sub(e.Now()); d < 0 {
		e.t.Fatalf("inngesttest: AdvanceTo(%s): the clock shows %s, and time only goes forward; Env.Now returns the time", at.Format(time.RFC3339Nano), e.Now().Format(time.RFC3339Nano))
	} else {
		e.Advance(d)
	}
}

// AdvanceToEnd moves the clock of the test forward until the run has ended. It
// fails the test if time does not end the run: because it waits for an event
// without a timeout, or for a run that does.
func (e *Env) AdvanceToEnd(run *Run) {
	e.t.Helper()
	e.needsVirtualTime("AdvanceToEnd")
	if run == nil {
		e.t.Fatal("inngesttest: AdvanceToEnd(nil): pass a run, such as one that env.Trigger returns")
	}
	for e.WaitUntilIdle(); !run.view().Status.Final(); e.WaitUntilIdle() {
		at, ok := e.engine.Next()
		if !ok {
			run.fatal("no time ends it")
		}
		e.moveTo(at)
	}
}

// moveTo moves the clock to target, with a stop at each time at which something
// is due.
func (e *Env) moveTo(target time.Time) {
	e.t.Helper()
	for {
		at, ok := e.engine.Next()
		if !ok || at.After(target) {
			break
		}
		e.clock.sleepUntil(at)
		e.idle()
	}
	if e.Now().Before(target) {
		e.clock.sleepUntil(target)
		e.idle()
	}
}

// needsVirtualTime ends the test as skipped if it runs against a real server.
func (e *Env) needsVirtualTime(what string) {
	e.t.Helper()
	if e.real != nil {
		skipOnRealServer(e.t, what)
	}
}

func skipOnRealServer(t testing.TB, what string) {
	t.Helper()
	t.Skipf("inngesttest: %s needs the embedded engine; with INNGEST_DEV_SERVER_URL set, the test ends here (see Env.UsesRealServer)", what)
}
