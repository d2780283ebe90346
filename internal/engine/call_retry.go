package engine

import (
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

var backoff = [...]time.Duration{
	10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute,
	10 * time.Minute, 20 * time.Minute, 40 * time.Minute, time.Hour, 2 * time.Hour,
}

// DefaultBackoff returns how long to wait before the n-th retry, counted from
// one: ten seconds at first, two hours from the tenth on. It has no jitter,
// as one machine gains nothing from it.
func DefaultBackoff(retry int) time.Duration {
	return backoff[min(max(retry, 1), len(backoff))-1]
}

// attempts returns how often each call of a run may be tried.
func (e *Engine) attempts(r *run) int { return e.registry.current(r.fn).attempts }

// retry repeats a call that failed as a whole, or fails the run.
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

// retryStep repeats the call that tried a step (SDK specification 5.3.1).
func (e *Engine) retryStep(c *call, o *op, a answer) {
	e.log.Debug("step failed, will be retried", "run", c.run.id, "step", o.label(), "attempt", c.attempt)
	if c.target != nil || c.run.discovery != c { // else another step of the same answer has seen to it
		if c.target == nil {
			c.run.discovery = c
		}
		e.requeue(c, a.retryAfter)
	}
	s := c.run.step(o.ID)
	s.failures[len(s.failures)-1].RetryAt = c.next
}

// requeue queues the next attempt.
func (e *Engine) requeue(c *call, after *retryAfter) {
	c.attempt++
	if c.target == nil {
		c.run.rediscover = false // the retry sees what has finished since
	}
	now := e.clock.Now()
	c.next = now.Add(max(0, e.cfg.RetryBackoff(c.attempt)))
	if after != nil {
		c.next = after.when(now)
	}
	e.queue.push(c.next, c)
}

// NextRetry returns when the earliest retry is due that is planned now, and
// whether there is one.
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
