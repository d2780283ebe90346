package engine

import (
	"context"
	"slices"
)

// WatchBuffer is the number of changes that a Watch buffers for a slow reader.
const WatchBuffer = 1024

// ChangeKind is the kind of a change.
type ChangeKind string

// The kinds of changes.
const (
	// ChangedEvent means that an event was accepted. The ID is its internal id.
	ChangedEvent ChangeKind = "event"
	// ChangedRun means that a run began, continued or ended. The ID is the run's.
	ChangedRun ChangeKind = "run"
	// ChangedApp means that an app synced, or that one of its functions was
	// paused or resumed. The ID is the app's name.
	ChangedApp ChangeKind = "app"
)

// Change names something that has changed. A reader asks the engine for its
// current state.
type Change struct {
	Kind ChangeKind
	ID   string
}

// Watch is one reader's view of all changes. Close it when done. It is safe
// for concurrent use.
type Watch struct {
	engine *Engine
	// The engine's lock guards the following fields.
	changes []Change
	seen    map[Change]struct{}
	missed  bool
	ready   chan struct{} // has one token while there are changes to read
}

// Watch starts to collect changes. A watch never blocks the engine: a reader that
// falls behind by more than WatchBuffer changes misses some, and learns that from
// Next.
func (e *Engine) Watch() *Watch {
	w := &Watch{engine: e, seen: map[Change]struct{}{}, ready: make(chan struct{}, 1)}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.watches = append(e.watches, w)
	return w
}

// Next waits for changes and returns them: each thing once, in the order of the
// first changes since the last call. If missed is true there were more changes, and
// the reader should read the whole state again. Errors are ErrClosed or the cause
// of ctx.
func (w *Watch) Next(ctx context.Context) (changes []Change, missed bool, err error) {
	select {
	case <-w.ready:
	case <-w.engine.done:
		return nil, false, ErrClosed
	case <-ctx.Done():
		return nil, false, context.Cause(ctx)
	}
	w.engine.mu.Lock()
	defer w.engine.mu.Unlock()
	changes, missed = w.changes, w.missed
	w.changes, w.missed = nil, false
	clear(w.seen)
	return changes, missed, nil
}

// Close ends the watch.
func (w *Watch) Close() {
	w.engine.mu.Lock()
	defer w.engine.mu.Unlock()
	w.engine.watches = slices.DeleteFunc(w.engine.watches, func(o *Watch) bool { return o == w })
}

// Note notifies all watches of a change outside the engine, such as the state of an
// app that does not sync.
func (e *Engine) Note(c Change) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.changed(c.Kind, c.ID)
}

// changed notifies the journal and all watches. The caller holds the lock.
func (e *Engine) changed(kind ChangeKind, id string) {
	e.noteChange(kind, id)
	for _, w := range e.watches {
		w.add(Change{kind, id})
	}
}

func (w *Watch) add(c Change) {
	if _, known := w.seen[c]; known {
		return
	}
	if len(w.changes) == WatchBuffer {
		w.missed = true
		return
	}
	w.seen[c] = struct{}{}
	w.changes = append(w.changes, c)
	select {
	case w.ready <- struct{}{}:
	default:
	}
}
