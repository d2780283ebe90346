package engine

import (
	"fmt"
	"sync"
)

// journal writes changes to the store. Under the engine's lock a change is only
// noted. At the end of the change, pump makes one group of writes from the notes, so
// that the store never has half of a change. A goroutine commits all groups that
// have gathered at once. Calls, and the answers to requests, must not leave before
// their change is committed: they wait for its group.
type journal struct {
	store Store

	// The engine's lock guards these.
	dirty  map[recordID]struct{}
	events map[*event]struct{}
	sealed uint64 // number of groups so far

	mu        sync.Mutex
	moved     *sync.Cond // signals a change of any following field
	writes    []Write    // of the groups that wait to be committed
	last      uint64     // the last group in writes, or in the commit in progress
	committed uint64     // the last committed group
	closing   bool
	stopped   bool
	err       error
}

// recordID identifies a record, other than an event's, by its kind and id.
type recordID struct{ kind, id string }

// Kinds of records. A record's key begins with its kind.
const (
	kindApp      = "app"
	kindEvent    = "event"
	kindRun      = "run"
	kindRate     = "rate"
	kindDebounce = "debounce"
	kindBatch    = "batch"
	kindPause    = "pause"
)

func newJournal(store Store) *journal {
	j := &journal{store: store, dirty: map[recordID]struct{}{}, events: map[*event]struct{}{}}
	j.moved = sync.NewCond(&j.mu)
	return j
}

// touch notes that a record has changed. The caller holds the engine's lock.
func (j *journal) touch(kind, id string) {
	if j != nil {
		j.dirty[recordID{kind, id}] = struct{}{}
	}
}

func (j *journal) touchEvent(ev *event) {
	if j != nil {
		j.events[ev] = struct{}{}
	}
}

// run commits groups until the journal is closed or a commit fails.
func (j *journal) run() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for j.err == nil {
		for len(j.writes) == 0 && !j.closing {
			j.moved.Wait()
		}
		if len(j.writes) == 0 {
			break
		}
		writes, last := j.writes, j.last
		j.writes = nil
		j.mu.Unlock()
		err := j.store.Commit(writes)
		j.mu.Lock()
		if err != nil {
			j.err = fmt.Errorf("%w: %w", ErrStore, err)
		} else {
			j.committed = last
		}
		j.moved.Broadcast()
	}
	j.stopped = true
	j.moved.Broadcast()
	return j.err
}

// wait waits until a group is committed. It returns an error if the group never
// will be.
func (j *journal) wait(group uint64) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for j.committed < group && j.err == nil && !j.stopped {
		j.moved.Wait()
	}
	switch {
	case j.committed >= group:
		return nil
	case j.err != nil:
		return j.err
	}
	return ErrClosed
}

// failed returns the error of a failed commit.
func (j *journal) failed() error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err
}

// close commits the remaining groups and returns the error of a failed commit.
func (j *journal) close() error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closing = true
	j.moved.Broadcast()
	for !j.stopped {
		j.moved.Wait()
	}
	return j.err
}
