package inngestkit

import (
	"math"
	mathrand "math/rand/v2"
	"time"
)

// Backoff is the shape of the delays between attempts.
type Backoff string

// Backoffs. The zero Backoff is BackoffExponential.
const (
	// BackoffExponential multiplies the delay after each attempt.
	BackoffExponential Backoff = "exponential"
	// BackoffLinear adds the initial delay after each attempt.
	BackoffLinear Backoff = "linear"
	// BackoffFixed waits the initial delay each time.
	BackoffFixed Backoff = "fixed"
)

// RetryPolicy is how a request to the event API is retried: on network
// errors, 5xx and 429 (whose Retry-After is honoured if the budget allows).
// Each delay is lengthened by up to half at random.
type RetryPolicy struct {
	// MaxAttempts counts the first attempt too. Defaults to 5; 1 never
	// retries.
	MaxAttempts int
	// InitialDelay precedes the second attempt. Defaults to 100 ms.
	InitialDelay time.Duration
	// MaxDelay bounds a single delay, before it is lengthened. Defaults to
	// 1 s, or InitialDelay if that is longer.
	MaxDelay time.Duration
	// Backoff shapes the delays. Defaults to BackoffExponential.
	Backoff Backoff
	// Multiplier is the factor of BackoffExponential. Defaults to 2.
	Multiplier float64
	// Budget is the time after which no attempt begins, counted from the
	// first; the last error is then returned. Defaults to 2 s.
	Budget time.Duration
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	if p.MaxAttempts == 0 {
		p.MaxAttempts = 5
	}
	if p.InitialDelay == 0 {
		p.InitialDelay = 100 * time.Millisecond
	}
	if p.MaxDelay == 0 {
		p.MaxDelay = max(time.Second, p.InitialDelay)
	}
	if p.Backoff == "" {
		p.Backoff = BackoffExponential
	}
	if p.Multiplier == 0 {
		p.Multiplier = 2
	}
	if p.Budget == 0 {
		p.Budget = 2 * time.Second
	}
	return p
}

// delay is the pause after the given attempt, with up to half of it added at
// random.
func (p RetryPolicy) delay(attempt int) time.Duration {
	d := float64(p.InitialDelay)
	switch p.Backoff {
	case BackoffLinear:
		d *= float64(attempt)
	case BackoffExponential:
		d *= math.Pow(p.Multiplier, float64(attempt-1))
	case BackoffFixed:
	}
	d = min(d, float64(p.MaxDelay))
	return time.Duration(d * (1 + mathrand.Float64()/2)) //nolint:gosec // jitter needs no secrecy
}

func checkRetryPolicy(m *mistakes, p RetryPolicy) {
	const where = "Config.SendRetry."
	if p.MaxAttempts < 0 {
		m.add(where+"MaxAttempts", p.MaxAttempts, "sending needs at least one attempt", "write 1 to never retry, or 0 for the default of 5")
	}
	for _, f := range []struct {
		name  string
		value time.Duration
	}{{"InitialDelay", p.InitialDelay}, {"MaxDelay", p.MaxDelay}, {"Budget", p.Budget}} {
		if f.value < 0 {
			m.add(where+f.name, f.value, "a duration cannot be negative", "write one such as 200*time.Millisecond, or 0 for the default")
		}
	}
	if p.MaxDelay > 0 && p.MaxDelay < p.InitialDelay {
		m.add(where+"MaxDelay", p.MaxDelay, "it is shorter than InitialDelay", "write at least %s, or make InitialDelay shorter", p.InitialDelay)
	}
	switch p.Backoff {
	case "", BackoffExponential, BackoffLinear, BackoffFixed:
	default:
		m.add(where+"Backoff", string(p.Backoff), "there is no such backoff", "write inngestkit.BackoffExponential, BackoffLinear or BackoffFixed")
	}
	if p.Multiplier != 0 && !(p.Multiplier >= 1) { // NaN included
		m.add(where+"Multiplier", p.Multiplier, "delays would shrink", "write 1 or more, or 0 for the default of 2")
	}
}
