package engine

import (
	"cmp"
	"slices"
	"strconv"
)

// runLog holds every run that has not ended and the latest that have: beyond
// so many of them, or so many bytes of their results, those that ended first
// are forgotten.
type runLog struct {
	keep     bounds
	bytes    int // of finished runs
	seq      uint64
	byID     map[string]*run
	started  []*run                       // in that order; may still hold forgotten ones
	finished []*run                       // in that order
	open     map[string]map[*run]struct{} // that have not ended, by function id
	counts   map[Status]int               // of all; none is zero
	onForget func(*run)                   // nil for nobody
}

func newRunLog(keep bounds) runLog {
	return runLog{keep: keep, byID: map[string]*run{}, open: map[string]map[*run]struct{}{}, counts: map[Status]int{}}
}

func (l *runLog) add(r *run) {
	l.seq++
	r.seq = l.seq
	l.insert(r)
}

// insert adds a run that has its number already.
func (l *runLog) insert(r *run) {
	l.byID[r.id] = r
	l.counts[r.status]++
	l.started = append(l.started, r)
	if l.open[r.fn.id] == nil {
		l.open[r.fn.id] = map[*run]struct{}{}
	}
	l.open[r.fn.id][r] = struct{}{}
}

func (l *runLog) finish(r *run) {
	l.end(r)
	for l.keep.exceeded(len(l.finished), l.bytes) {
		old := l.finished[0]
		l.bytes -= old.size()
		delete(l.byID, old.id)
		l.uncount(old)
		if l.onForget != nil {
			l.onForget(old)
		}
		l.finished[0] = nil
		l.finished = l.finished[1:]
	}
	if len(l.started) > 2*len(l.byID) {
		l.started = slices.DeleteFunc(l.started, l.forgotten)
	}
}

// turn gives a run another status.
func (l *runLog) turn(r *run, to Status) {
	l.uncount(r)
	r.status = to
	l.counts[to]++
}

func (l *runLog) uncount(r *run) {
	if l.counts[r.status]--; l.counts[r.status] == 0 {
		delete(l.counts, r.status)
	}
}

// end moves a run that has ended from those that have not.
func (l *runLog) end(r *run) {
	delete(l.open[r.fn.id], r)
	if len(l.open[r.fn.id]) == 0 {
		delete(l.open, r.fn.id)
	}
	l.finished = append(l.finished, r)
	l.bytes += r.size()
}

// size is about how many bytes a finished run holds.
func (r *run) size() int { return r.bytes + len(r.output) }

// active returns the runs of a function that have not ended, in the order in
// which they started.
func (l *runLog) active(fn string) []*run {
	runs := make([]*run, 0, len(l.open[fn]))
	for r := range l.open[fn] {
		runs = append(runs, r)
	}
	slices.SortFunc(runs, func(a, b *run) int { return cmp.Compare(a.seq, b.seq) })
	return runs
}

func (l *runLog) forgotten(r *run) bool { return l.byID[r.id] != r }

// position returns how many of the runs started before the one that the cursor
// of a page names, or all when it is empty.
func (l *runLog) position(cursor string) int {
	if cursor == "" {
		return len(l.started)
	}
	seq, err := strconv.ParseUint(cursor, 36, 64)
	if err != nil {
		return 0
	}
	n, _ := slices.BinarySearchFunc(l.started, seq, func(r *run, seq uint64) int { return cmp.Compare(r.seq, seq) })
	return n
}
