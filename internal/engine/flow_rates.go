package engine

import "time"

// rates paces things by their key, by the generic cell rate algorithm: one in
// every interval, and so many more at once. All that it keeps of a key is the
// time at which it will have been idle for long enough to be forgotten.
type rates struct {
	until   map[string]time.Time
	sweepAt int
	touched func(key string) // told what has changed; nil for nobody
}

func newRates() rates { return rates{until: map[string]time.Time{}, sweepAt: 1024} }

// next returns when a key may be taken: not after now if it may be at once.
func (r *rates) next(key string, every time.Duration, burst int) time.Time {
	return r.until[key].Add(-time.Duration(burst) * every)
}

// take counts a key once.
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

// allow takes a key if it may be taken, and reports whether it did.
func (r *rates) allow(key string, now time.Time, every time.Duration, burst int) bool {
	if r.next(key, every, burst).After(now) {
		return false
	}
	r.take(key, now, every)
	return true
}

// sweep forgets idle keys, rarely enough to cost little per key.
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
