package engine

import (
	"fmt"
	"sync"
)

// journal writes down what has changed. Under the engine's lock things are
// only noted; at the end of each change, in pump, they become one group of
// writes, so that what is kept is never half of a change. A goroutine commits
// the groups that have gathered, many in one go. Whoever must not be seen
// before its change is kept waits for its group: calls, and the answers to
// requests.
type journal struct {
	store Store

	// The engine's lock guards these.
	dirty  map[recordID]struct{}
	events map[*event]struct{}
	sealed uint64 // groups so far

	mu        sync.Mutex
	moved     *sync.Cond // when any of the following changes
	writes    []Write
	last      uint64 // the last group in writes, or in what is being committed
	committed uint64
	closing   bool
	stopped   bool
	err       error
}

// dirty is something that has changed, other than an event.
type recordID struct{ kind, id string }

// What is written down, and the first element of its keys.
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

// touch notes that something has changed. The caller holds the engine's lock.
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

// run commits until the journal is closed, or cannot go on.
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

// wait returns once a group is kept, or will never be.
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

// failed returns the error that the journal has met.
func (j *journal) failed() error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err
}

// close commits what is left and returns the error that the journal has met.
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
