package engine

import (
	"encoding/json"
	"slices"
)

// Actions returns the steps of a run as a call would carry them, for an app whose
// call left them out (SDK specification 4.4.2). It returns ErrNotFound for an
// unknown run.
func (e *Engine) Actions(runID string) (json.RawMessage, error) {
	_, memos, err := e.state(runID)
	if err != nil {
		return nil, err
	}
	return appendSteps(make([]byte, 0, stateSize(nil, memos)), memos), nil
}

// Batch returns the events that started a run, as a call would carry them. It
// returns ErrNotFound for an unknown run.
func (e *Engine) Batch(runID string) (json.RawMessage, error) {
	events, _, err := e.state(runID)
	if err != nil {
		return nil, err
	}
	return appendBatch(make([]byte, 0, stateSize(events, nil)), events), nil
}

// state returns a run's events and memos. They are immutable, so the caller can
// encode them without the lock.
func (e *Engine) state(runID string) ([]*event, []memo, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.runs.byID[runID]
	if r == nil {
		return nil, nil, ErrNotFound
	}
	memos, _ := r.carried()
	return slices.Clip(r.events), memos, nil
}

// stateSize estimates the size of events and memos as JSON, in bytes.
func stateSize(events []*event, memos []memo) int {
	size := 2
	for _, ev := range events {
		size += len(ev.raw) + 1
	}
	for _, m := range memos {
		size += len(m.id) + len(m.value) + 4
	}
	return size
}

func appendBatch(b []byte, events []*event) []byte {
	b = append(b, '[')
	for i, ev := range events {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, ev.raw...)
	}
	return append(b, ']')
}

func appendSteps(b []byte, memos []memo) []byte {
	b = append(b, '{')
	for i, m := range memos {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, m.id), ':')
		b = append(b, m.value...)
	}
	return append(b, '}')
}
