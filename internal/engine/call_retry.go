package engine

import (
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

var backoff = [...]time.Duration{
	10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute,
	10 * time.Minute, 20 * time.Minute, 40 * time.Minute, time.Hour, 2 * time.Hour,
}

// DefaultBackoff returns the delay before the n-th retry, counted from one: ten
// seconds for the first, two hours from the tenth on. It has no jitter, which
// would gain nothing on one machine.
func DefaultBackoff(retry int) time.Duration {
	return backoff[min(max(retry, 1), len(backoff))-1]
}

// attempts returns the number of attempts that each call of a run has.
func (e *Engine) attempts(r *run) int { return e.registry.current(r.fn).attempts }

// retry queues the retry of a call that failed as a whole, or fails the run if
// no attempt is left.
func (e *Engine) retry(c *call, a answer) {
	r := c.run
	r.err = a.err
	r.failures = append(r.failures, Failure{Attempt: c.attempt, Started: c.since, Ended: e.clock.Now(), Error: &wire.StepError{
		Name: a.err.Name, Message: a.err.Message, Stack: a.err.Stack,
	}})
	if a.noRetry || c.attempt+1 >= e.attempts(r) {
		e.failWith(r, *a.err, a.output)
		return
	}
	e.requeue(c, a.retryAfter)
	r.failures[len(r.failures)-1].RetryAt = c.next
}

// retryStep queues the retry of the call in which a step failed
// (SDK specification 5.3.1).
func (e *Engine) retryStep(c *call, o *op, a answer) {
	e.log.Debug("step failed, will be retried", "run", c.run.id, "step", o.label(), "attempt", c.attempt)
	if c.target != nil || c.run.discovery != c { // otherwise another step of the same answer has queued it
		if c.target == nil {
			c.run.discovery = c
		}
		e.requeue(c, a.retryAfter)
	}
	s := c.run.step(o.ID)
	s.failures[len(s.failures)-1].RetryAt = c.next
}

// requeue queues the call's next attempt.
func (e *Engine) requeue(c *call, after *retryAfter) {
	c.attempt++
	if c.target == nil {
		c.run.rediscover = false // the retry carries all steps that have finished since
	}
	now := e.clock.Now()
	c.next = now.Add(max(0, e.cfg.RetryBackoff(c.attempt)))
	if after != nil {
		c.next = after.when(now)
	}
	e.queue.push(c.next, c)
}

// NextRetry returns the time of the earliest planned retry, and whether there is
// one.
func (e *Engine) NextRetry() (at time.Time, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, it := range e.queue.items {
		c, is := it.task.(*call)
		if is && c.attempt > 0 && c.live() && (!ok || it.at.Before(at)) {
			at, ok = it.at, true
		}
	}
	return at, ok
}
