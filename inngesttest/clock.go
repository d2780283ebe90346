package inngesttest

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// clock is the engine's clock, and the way to move it.
type clock interface {
	engine.Clock
	// sleepUntil moves it to a time at which something is due, or none before.
	sleepUntil(at time.Time)
	bubble() bool
}

// virtual is a clock that stands still by itself.
type virtual struct{ *engine.VirtualClock }

func (c virtual) sleepUntil(at time.Time) { c.Advance(at.Sub(c.Now())) }
func (virtual) bubble() bool              { return false }

// bubbled is the clock of a synctest bubble.
type bubbled struct{ engine.RealClock }

func (c bubbled) sleepUntil(at time.Time) {
	time.Sleep(at.Sub(c.Now())) //nolint:forbidigo // in a bubble this is how time moves
}
func (bubbled) bubble() bool { return true }

func (e *Env) newClock() {
	e.t.Helper()
	switch inBubble := inBubble(); {
	case inBubble && !e.cfg.Start.IsZero():
		e.t.Fatal("inngesttest: Config.Start cannot be set inside testing/synctest, whose clock is the test's")
	case inBubble:
		e.clock = bubbled{}
	case e.cfg.Start.IsZero():
		e.clock = virtual{engine.NewVirtualClock(time.Now())}
	default:
		e.clock = virtual{engine.NewVirtualClock(e.cfg.Start)}
	}
	e.start = e.clock.Now()
}

// inBubble reports whether the goroutine is in a bubble. There is no other way
// to ask: outside of one, Wait panics and says so.
func inBubble() (in bool) {
	defer func() {
		if p := recover(); p != nil {
			in = !strings.Contains(fmt.Sprint(p), "not in a bubble")
		}
	}()
	synctest.Wait()
	return true
}

// Advance lets time pass on the clock of the test, and everything happen that
// falls due on the way, at its time and in its order: ends of sleeps, timeouts
// of waits, retries, schedules. It returns when the functions are at rest.
func (e *Env) Advance(d time.Duration) {
	e.t.Helper()
	e.needsVirtualTime("Advance")
	if d < 0 {
		e.t.Fatalf("inngesttest: Advance(%v): time goes forward only", d)
	}
	e.needsOpen()
	e.refuseReentry()
	e.idle()
	e.moveTo(e.Now().Add(d))
	e.WaitUntilIdle()
}

// AdvanceTo is Advance to a point in time.
func (e *Env) AdvanceTo(at time.Time) {
	e.t.Helper()
	e.needsVirtualTime("AdvanceTo")
	if d := at.Sub(e.Now()); d < 0 {
		e.t.Fatalf("inngesttest: AdvanceTo(%s): it is %s already, and time goes forward only; Env.Now is what the clock shows", at.Format(time.RFC3339Nano), e.Now().Format(time.RFC3339Nano))
	} else {
		e.Advance(d)
	}
}

// AdvanceToEnd lets as much time pass as the run needs to end. It fails the
// test when the run waits for an event without a timeout, or for a run that
// does.
func (e *Env) AdvanceToEnd(run *Run) {
	e.t.Helper()
	e.needsVirtualTime("AdvanceToEnd")
	if run == nil {
		e.t.Fatal("inngesttest: AdvanceToEnd(nil): give a run, such as env.Trigger returns")
	}
	for e.WaitUntilIdle(); !run.view().Status.Final(); e.WaitUntilIdle() {
		at, ok := e.engine.Next()
		if !ok {
			run.fatal("no time ends it")
		}
		e.moveTo(at)
	}
}

// moveTo moves the clock from one thing that is due to the next.
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
