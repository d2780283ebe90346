package inngesttest

import (
	"context"
	"errors"
	"time"
)

// WaitUntilIdle waits until the functions have come to rest: until each run has
// completed, failed, been cancelled, or waits for time or an event. Trigger and
// its like do so themselves; write it after events were sent in another way,
// such as by a request handler.
func (e *Env) WaitUntilIdle() {
	e.t.Helper()
	e.needsOpen()
	e.refuseReentry()
	e.rest(!e.cfg.ManualRetries && !e.byAttempt())
}

func (e *Env) rest(retry bool) {
	e.t.Helper()
	for {
		e.idle()
		if !retry || e.engine == nil {
			break
		}
		at, ok := e.engine.NextRetry()
		if !ok {
			break
		}
		e.moveTo(at)
	}
	e.checkConditions()
	e.checkStored()
	e.report()
}

// bubblePatience bounds, in the time of a bubble, how long the code of a step
// may take there. When all of it is blocked the bubble's clock gets there at
// once; without a bound the bubble would panic, and not say of what.
const bubblePatience = 24 * time.Hour

// idle waits until nothing happens at this point in time.
func (e *Env) idle() {
	e.t.Helper()
	if e.real != nil {
		e.real.idle()
		return
	}
	patience, of := e.cfg.IdleTimeout, "real time"
	if e.clock.bubble() {
		patience, of = bubblePatience, "the bubble's time"
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := e.engine.Idle(ctx); errors.Is(err, context.DeadlineExceeded) {
		e.blocked = true
		e.t.Fatalf("inngesttest: the functions did not come to rest within %v of %s: is a step blocked?\n%s", patience, of, e.callsInFlight(e.goroutines()))
	} else if err != nil {
		e.t.Fatalf("inngesttest: %v: the test has ended", err)
	}
}
