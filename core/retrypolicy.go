package inngestkit

import (
	"time"

	"github.com/inngestkit/inngestkit/core/internal/settings"
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
	// Budget is the time after which no attempt begins, counted from the first;
	// the last error is then returned. Defaults to 2 s in a policy that sets no
	// other field; otherwise to the time that all its attempts can take, with 10 s
	// for each request. A budget that the delays alone exceed is a mistake, if
	// MaxAttempts is set.
	Budget time.Duration
}

func (p RetryPolicy) retry() settings.Retry {
	return settings.Retry{
		MaxAttempts: p.MaxAttempts, InitialDelay: p.InitialDelay, MaxDelay: p.MaxDelay,
		Backoff: settings.Backoff(p.Backoff), Multiplier: p.Multiplier, Budget: p.Budget,
	}
}
