package engine

// startJournal makes the engine write every further change to the store.
func (e *Engine) startJournal(store Store) {
	e.journal = newJournal(store)
	e.events.onForget = e.journal.touchEvent
	e.runs.onForget = func(r *run) {
		e.journal.touch(kindRun, r.id)
		for _, ev := range r.events {
			e.dropHolder(ev)
		}
	}
	e.rates.touched = func(key string) { e.journal.touch(kindRate, key) }
	go func() {
		if err := e.journal.run(); err != nil {
			e.log.Error("the engine stops making calls", "error", err.Error())
		}
	}()
}

// noteChange notes a change, of those that watches observe, in the journal.
func (e *Engine) noteChange(kind ChangeKind, id string) {
	switch kind {
	case ChangedRun:
		e.journal.touch(kindRun, id)
	case ChangedApp:
		e.journal.touch(kindApp, id)
	case ChangedEvent:
		e.journal.touchEvent(e.events.find(id))
	}
}

// flush makes a group of the noted changes and passes it to the committing
// goroutine. The caller holds the engine's lock.
func (e *Engine) flush() {
	j := e.journal
	if j == nil || len(j.dirty)+len(j.events) == 0 {
		return
	}
	var writes []Write
	for d := range j.dirty {
		writes = e.writesFor(writes, d)
	}
	for ev := range j.events {
		writes = append(writes, ev.write())
	}
	clear(j.dirty)
	clear(j.events)
	j.sealed++

	j.mu.Lock()
	defer j.mu.Unlock()
	j.writes, j.last = append(j.writes, writes...), j.sealed
	j.moved.Broadcast()
}

// whenCommitted returns a function that waits for the commit of the group that the
// next flush will make. The caller holds the engine's lock.
func (e *Engine) whenCommitted() func() error {
	j := e.journal
	if j == nil {
		return func() error { return nil }
	}
	group := j.sealed + 1
	return func() error { return j.wait(group) }
}

// awaitCommit waits for the commit of all flushed changes, and sets err if that
// fails. Requests defer it before they take the lock, so that they return only
// after their changes are committed.
func (e *Engine) awaitCommit(err *error) {
	if e.journal == nil || *err != nil {
		return
	}
	e.mu.Lock()
	group := e.journal.sealed
	e.mu.Unlock()
	*err = e.journal.wait(group)
}
