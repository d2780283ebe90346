package engine

// startJournal has every change written down from now on.
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

// noteChange keeps what watches are told of.
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

// flush seals what has changed. The caller holds the engine's lock.
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

// whenCommitted returns how to wait for what has changed since the last flush, with
// what is yet to change before the next.
func (e *Engine) whenCommitted() func() error {
	j := e.journal
	if j == nil {
		return func() error { return nil }
	}
	group := j.sealed + 1
	return func() error { return j.wait(group) }
}

// awaitCommit is deferred by requests, before the lock is taken: it makes them wait
// until what they have changed is kept.
func (e *Engine) awaitCommit(err *error) {
	if e.journal == nil || *err != nil {
		return
	}
	e.mu.Lock()
	group := e.journal.sealed
	e.mu.Unlock()
	*err = e.journal.wait(group)
}
