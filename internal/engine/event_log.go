package engine

import (
	"cmp"
	"slices"
)

// eventLog remembers the latest events within its bounds, and finds them by
// their id or internal id.
type eventLog struct {
	keep  bounds
	bytes int
	seq   uint64
	own   int      // number of events that the engine made
	list  []*event // oldest first
	byID  map[string]*event

	onForget func(*event) // may be nil
}

func newEventLog(keep bounds) eventLog {
	return eventLog{keep: keep, byID: map[string]*event{}}
}

func (l *eventLog) find(id string) *event { return l.byID[id] }

func (l *eventLog) add(ev *event) {
	l.seq++
	ev.seq = l.seq
	l.insert(ev)
	for l.keep.exceeded(len(l.list), l.bytes) {
		old := l.list[0]
		l.bytes -= len(old.raw)
		if old.internal() {
			l.own--
		}
		l.list[0] = nil
		l.list = l.list[1:]
		delete(l.byID, old.internalID)
		if l.byID[old.ID] == old {
			delete(l.byID, old.ID)
		}
		if old.forgotten = true; l.onForget != nil {
			l.onForget(old)
		}
	}
}

// insert adds an event that has a sequence number.
func (l *eventLog) insert(ev *event) {
	l.list = append(l.list, ev)
	if l.byID[ev.internalID] = ev; l.byID[ev.ID] == nil {
		l.byID[ev.ID] = ev // of several events with one id, the first
	}
	l.bytes += len(ev.raw)
	if ev.internal() {
		l.own++
	}
}

// position returns the number of events before the one with this id: all events
// if the id is empty, and none if it is unknown.
func (l *eventLog) position(id string) int {
	if id == "" {
		return len(l.list)
	}
	ev := l.find(id)
	if ev == nil {
		return 0
	}
	n, _ := slices.BinarySearchFunc(l.list, ev.seq, func(ev *event, seq uint64) int { return cmp.Compare(ev.seq, seq) })
	return n
}
