package engine

import "time"

// rates limits how often keys are taken, by the generic cell rate algorithm: once
// in each interval, and a burst of further times at once. For each key it stores
// only the time from which the key counts as idle.
type rates struct {
	until   map[string]time.Time
	sweepAt int
	touched func(key string) // called with a key that has changed; may be nil
}

func newRates() rates { return rates{until: map[string]time.Time{}, sweepAt: 1024} }

// next returns the time from which a key may be taken.
func (r *rates) next(key string, every time.Duration, burst int) time.Time {
	return r.until[key].Add(-time.Duration(burst) * every)
}

// take takes a key once.
func (r *rates) take(key string, now time.Time, every time.Duration) {
	until := r.until[key]
	if until.Before(now) {
		until = now
	}
	r.until[key] = until.Add(every)
	r.touch(key)
	if len(r.until) >= r.sweepAt {
		r.sweep(now)
	}
}

// allow takes a key if it may be taken now, and reports whether it did.
func (r *rates) allow(key string, now time.Time, every time.Duration, burst int) bool {
	if r.next(key, every, burst).After(now) {
		return false
	}
	r.take(key, now, every)
	return true
}

// sweep forgets idle keys. It runs each time the number of keys has doubled, so
// it costs little for each key.
func (r *rates) sweep(now time.Time) {
	for key, until := range r.until {
		if !until.After(now) {
			delete(r.until, key)
			r.touch(key)
		}
	}
	r.sweepAt = max(1024, 2*len(r.until))
}

func (r *rates) touch(key string) {
	if r.touched != nil {
		r.touched(key)
	}
}
