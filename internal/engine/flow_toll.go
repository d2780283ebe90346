package engine

import "time"

// tolls are what a run's calls need: its first one, and those after it.
type tolls struct{ first, later []toll }

// toll is what a call needs of one gate: a slot that is free, or a time that
// has come.
type toll struct {
	gate  string
	slots int           // concurrency: how many calls may be beyond the gate at once
	whole bool          // the slot is the run's, from its first call to its end
	every time.Duration // throttle, instead: the pace of first calls
	burst int
}

// tolls are settled when a run starts: a later sync changes those of later
// runs.
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

// lower adds a limit, or lowers the one that there is on the same gate.
func lower(tolls []toll, limit toll) []toll {
	for i := range tolls {
		if t := &tolls[i]; t.gate == limit.gate && t.every == 0 {
			t.slots = min(t.slots, limit.slots)
			return tolls
		}
	}
	return append(tolls, limit)
}
