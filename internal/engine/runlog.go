package engine

import "slices"

// runLog holds every running run and the latest finished ones.
type runLog struct {
	keep     int
	byID     map[string]*run
	started  []*run // in that order; may still hold forgotten ones
	finished []*run // in that order
}

func newRunLog(keep int) runLog {
	return runLog{keep: keep, byID: map[string]*run{}}
}

func (l *runLog) add(r *run) {
	l.byID[r.id] = r
	l.started = append(l.started, r)
}

func (l *runLog) finish(r *run) {
	l.finished = append(l.finished, r)
	if len(l.finished) <= l.keep {
		return
	}
	delete(l.byID, l.finished[0].id)
	l.finished[0] = nil
	l.finished = l.finished[1:]
	if len(l.started) > 2*len(l.byID) {
		l.started = slices.DeleteFunc(l.started, l.forgotten)
	}
}

func (l *runLog) forgotten(r *run) bool { return l.byID[r.id] != r }
