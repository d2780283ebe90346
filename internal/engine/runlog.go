package engine

import (
	"container/list"
)

// runLog holds every running run and the latest finished ones.
type runLog struct {
	keep     int
	byID     map[string]*run
	finished *list.List // of *run, oldest first
}

func newRunLog(keep int) runLog {
	return runLog{keep: keep, byID: map[string]*run{}, finished: list.New()}
}

func (l *runLog) add(r *run) { l.byID[r.id] = r }

func (l *runLog) finish(r *run) {
	l.finished.PushBack(r)
	if l.finished.Len() > l.keep {
		old := l.finished.Remove(l.finished.Front()).(*run)
		delete(l.byID, old.id)
	}
}
