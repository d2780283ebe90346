package engine

import "time"

// tolls are the tolls of a run's first call and of its later calls.
type tolls struct{ first, later []toll }

// toll is a call's condition for passing one gate: a free slot, or a time.
type toll struct {
	gate  string
	slots int           // concurrency: the number of slots
	whole bool          // the run keeps the slot from its first call to its end
	every time.Duration // throttle: the interval of first calls; zero for concurrency
	burst int           // throttle: further first calls at once
}

// tolls returns the tolls of a starting run. A later sync does not change them.
func (f *flow) tolls(fn *function, ev *event) (t tolls) {
	if f.throttle != nil {
		t.first = append(t.first, f.throttle.toll(fn, ev))
	}
	for i := range f.concurrency {
		limit := f.concurrency[i].toll(fn, ev)
		t.first = lower(t.first, limit)
		if !limit.whole {
			t.later = lower(t.later, limit)
		}
	}
	return t
}

// lower adds a limit, or lowers the existing limit of the same gate.
func lower(tolls []toll, limit toll) []toll {
	for i := range tolls {
		if t := &tolls[i]; t.gate == limit.gate && t.every == 0 {
			t.slots = min(t.slots, limit.slots)
			return tolls
		}
	}
	return append(tolls, limit)
}
