package engine

import (
	"cmp"
	"slices"
	"strconv"
)

// runLog holds every run that has not ended, and the latest ended runs within its
// bounds. It forgets first the run that ended first.
type runLog struct {
	keep     bounds
	bytes    int // size of finished runs
	seq      uint64
	byID     map[string]*run
	started  []*run                       // in the order of their start; may include forgotten runs
	finished []*run                       // in the order of their end
	open     map[string]map[*run]struct{} // runs that have not ended, by function id
	counts   map[Status]int               // number of runs by status; has no zeros
	onForget func(*run)                   // may be nil
}

func newRunLog(keep bounds) runLog {
	return runLog{keep: keep, byID: map[string]*run{}, open: map[string]map[*run]struct{}{}, counts: map[Status]int{}}
}

func (l *runLog) add(r *run) {
	l.seq++
	r.seq = l.seq
	l.insert(r)
}

// insert adds a run that has a sequence number.
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

// turn changes a run's status.
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

// end moves an ended run from the open runs to the finished ones.
func (l *runLog) end(r *run) {
	delete(l.open[r.fn.id], r)
	if len(l.open[r.fn.id]) == 0 {
		delete(l.open, r.fn.id)
	}
	l.finished = append(l.finished, r)
	l.bytes += r.size()
}

// size estimates the size of a finished run, in bytes.
func (r *run) size() int { return r.bytes + len(r.output) }

// active returns the runs of a function that have not ended, in the order of
// their start.
func (l *runLog) active(fn string) []*run {
	runs := make([]*run, 0, len(l.open[fn]))
	for r := range l.open[fn] {
		runs = append(runs, r)
	}
	slices.SortFunc(runs, func(a, b *run) int { return cmp.Compare(a.seq, b.seq) })
	return runs
}

func (l *runLog) forgotten(r *run) bool { return l.byID[r.id] != r }

// position returns the number of runs that started before the run of a page's
// cursor, or of all runs if the cursor is empty.
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
