package engine

import (
	"context"
	"slices"
)

// WatchBuffer is how many changes a Watch keeps for a reader that is slow.
const WatchBuffer = 1024

// ChangeKind is what sort of thing has changed.
type ChangeKind string

// The kinds of change, and what their ID is.
const (
	// ChangedEvent is an event that came in; the ID is the internal one.
	ChangedEvent ChangeKind = "event"
	// ChangedRun is a run that began, went on or ended.
	ChangedRun ChangeKind = "run"
	// ChangedApp is an app that was synced, or one of whose functions was
	// paused or resumed; the ID is its name.
	ChangedApp ChangeKind = "app"
)

// Change says that something is no longer as it was, not how it is now: a
// reader looks that up when it gets to it.
type Change struct {
	Kind ChangeKind
	ID   string
}

// Watch is one reader's view of all changes. Close it when done. It is safe
// for concurrent use.
type Watch struct {
	engine *Engine
	// The engine's lock guards what follows.
	changes []Change
	seen    map[Change]struct{}
	missed  bool
	ready   chan struct{} // holds one token while there is something to read
}

// Watch starts to collect changes. It never holds the engine up: a reader that
// falls behind by more than WatchBuffer changes is told that it has missed
// some.
func (e *Engine) Watch() *Watch {
	w := &Watch{engine: e, seen: map[Change]struct{}{}, ready: make(chan struct{}, 1)}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.watches = append(e.watches, w)
	return w
}

// Next waits until something has changed and returns what, each thing once, in
// the order of its first change since the last call. When missed is true there
// was more: read everything anew. It returns the context's error or ErrClosed.
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

// Note tells every watch of a change outside the engine, such as the state of
// an app that does not sync.
func (e *Engine) Note(c Change) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.changed(c.Kind, c.ID)
}

// changed tells every watch. The caller holds the lock.
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
