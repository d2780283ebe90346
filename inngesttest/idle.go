package inngesttest

import (
	"context"
	"errors"
	"time"
)

// WaitUntilIdle returns when the functions are idle: when each run has completed,
// failed, been cancelled, or waits for time, an event or another run. The methods
// that start or resume runs do this themselves. Call WaitUntilIdle after events
// were sent in another way, such as by a request to [Env.StartServer].
//
// It fails the test if the functions take longer than [Config.IdleTimeout], or if
// a check has found a problem.
func (e *Env) WaitUntilIdle() {
	e.t.Helper()
	e.needsOpen()
	e.refuseReentry()
	e.waitUntilIdle(!e.cfg.ManualRetries && !e.byAttempt())
}

// waitUntilIdle is WaitUntilIdle, with retries or without.
func (e *Env) waitUntilIdle(retry bool) {
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

// bubbleTimeout is the IdleTimeout in a bubble, in its time. If the code of a step
// is blocked there, the bubble's clock reaches this bound at once. Without a bound
// the bubble would panic, without a word about the step.
const bubbleTimeout = 24 * time.Hour

// idle waits until the functions are idle at the clock's present time.
func (e *Env) idle() {
	e.t.Helper()
	if e.real != nil {
		e.real.idle()
		return
	}
	timeout, of := e.cfg.IdleTimeout, "real time"
	if e.clock.bubble() {
		timeout, of = bubbleTimeout, "the bubble's time"
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	if err := e.engine.Idle(ctx); errors.Is(err, context.DeadlineExceeded) {
		e.blocked = true
		e.t.Fatalf("inngesttest: the functions did not become idle within %v of %s: is a step blocked?\n%s", timeout, of, e.callsInFlight(e.goroutines()))
	} else if err != nil {
		e.t.Fatalf("inngesttest: %v: the test has ended", err)
	}
}
