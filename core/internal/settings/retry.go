package settings

import (
	"fmt"
	"math"
	mathrand "math/rand/v2"
	"time"

	"github.com/inngestkit/inngestkit/core/internal/mistake"
)

// Backoff is the shape of the delays between attempts.
type Backoff string

// Backoffs.
const (
	Exponential Backoff = "exponential"
	Linear      Backoff = "linear"
	Fixed       Backoff = "fixed"
)

// Retry is how a request to the event API is retried. Its fields are those of
// inngestkit.RetryPolicy.
type Retry struct {
	MaxAttempts            int
	InitialDelay, MaxDelay time.Duration
	Backoff                Backoff
	Multiplier             float64
	Budget                 time.Duration
}

func (p Retry) withDefaults() Retry {
	given := p
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
		p.Backoff = Exponential
	}
	if p.Multiplier == 0 {
		p.Multiplier = 2
	}
	switch {
	case p.Budget != 0:
	case given == Retry{}:
		p.Budget = 2 * time.Second
	default:
		p.Budget = p.longest()
	}
	return p
}

// longest returns the time that all attempts may take, each as long as a request
// of the app's own client, with the longest delays between them.
func (p Retry) longest() time.Duration {
	return duration(1.5*float64(p.delays()) + float64(p.MaxAttempts-1)*float64(requestTimeout))
}

// maxCounted bounds the delays that are added one by one: MaxAttempts may be any
// number. Later ones count as the last of them.
const maxCounted = 1000

// delays returns the sum of the shortest delays between the attempts.
func (p Retry) delays() time.Duration {
	counted := min(p.MaxAttempts-1, maxCounted)
	total := float64(p.MaxAttempts-1-counted) * float64(p.shortest(counted))
	for attempt := range counted {
		total += float64(p.shortest(attempt + 1))
	}
	return duration(total)
}

// Delay returns the pause after the given attempt, with up to half of it added at
// random.
func (p Retry) Delay(attempt int) time.Duration {
	return duration(float64(p.shortest(attempt)) * (1 + mathrand.Float64()/2)) //nolint:gosec // jitter needs no secrecy
}

func (p Retry) shortest(attempt int) time.Duration {
	d := float64(p.InitialDelay)
	switch p.Backoff {
	case Linear:
		d *= float64(attempt)
	case Exponential:
		d *= math.Pow(p.Multiplier, float64(attempt-1))
	case Fixed:
	}
	return duration(min(d, float64(p.MaxDelay)))
}

// duration returns a number of nanoseconds, or a century and a half if that is
// less: sums of durations do not overflow then.
func duration(ns float64) time.Duration { return time.Duration(min(ns, math.MaxInt64/2)) }

func (p Retry) check(l *mistake.List) {
	const where = "Config.SendRetry."
	found := len(l.All)
	if p.MaxAttempts < 0 {
		l.Add(where+"MaxAttempts", p.MaxAttempts, "sending needs at least one attempt", "write 1 to never retry, or 0 for the default of 5")
	}
	for _, f := range []struct {
		name  string
		value time.Duration
	}{{"InitialDelay", p.InitialDelay}, {"MaxDelay", p.MaxDelay}, {"Budget", p.Budget}} {
		if f.value < 0 {
			l.Add(where+f.name, f.value, "a duration cannot be negative", "write one such as 200*time.Millisecond, or 0 for the default")
		}
	}
	if p.MaxDelay > 0 && p.MaxDelay < p.InitialDelay {
		l.Add(where+"MaxDelay", p.MaxDelay, "it is shorter than InitialDelay", "write at least %s, or make InitialDelay shorter", p.InitialDelay)
	}
	switch p.Backoff {
	case "", Exponential, Linear, Fixed:
	default:
		l.Add(where+"Backoff", string(p.Backoff), "there is no such backoff", "write inngestkit.BackoffExponential, BackoffLinear or BackoffFixed")
	}
	if p.Multiplier != 0 && !(p.Multiplier >= 1) { // NaN included
		l.Add(where+"Multiplier", p.Multiplier, "delays would shrink", "write 1 or more, or 0 for the default of 2")
	}
	if len(l.All) == found && p.Budget > 0 && p.MaxAttempts > 0 {
		if least := p.withDefaults().delays(); least > p.Budget {
			l.Add(where+"Budget", p.Budget, fmt.Sprintf("%d attempts take at least %s with these delays, so the last ones would never begin", p.MaxAttempts, least), "write at least %s, leave Budget out, or lower MaxAttempts", least)
		}
	}
}
