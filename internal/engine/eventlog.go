package engine

// eventLog remembers the latest events, by both their ids.
type eventLog struct {
	keep int
	list []*event // oldest first
	byID map[string]*event
}

func newEventLog(keep int) eventLog {
	return eventLog{keep: keep, byID: map[string]*event{}}
}

func (l *eventLog) find(id string) *event { return l.byID[id] }

func (l *eventLog) add(ev *event) {
	l.list = append(l.list, ev)
	l.byID[ev.ID], l.byID[ev.internalID] = ev, ev
	if len(l.list) > l.keep {
		old := l.list[0]
		l.list[0] = nil
		l.list = l.list[1:]
		delete(l.byID, old.ID)
		delete(l.byID, old.internalID)
	}
}
