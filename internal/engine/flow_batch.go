package engine

import (
	"errors"
	"fmt"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// batching makes one run of many events.
type batching struct {
	size    int
	timeout time.Duration
	key     expr.Expression
	when    expr.Expression // selects events; each of the others starts a run
}

func (e *Engine) readBatch(c wire.FlowControl, f *flow) (err error) {
	if c.Batch == nil {
		return nil
	}
	b := &batching{size: c.Batch.MaxSize}
	switch {
	case b.size < wire.MinBatchEvents:
		return fmt.Errorf("batchEvents.maxSize must be %d or more, not %d", wire.MinBatchEvents, b.size)
	case c.Debounce != nil:
		return errors.New("batchEvents and debounce exclude each other")
	case c.Singleton != nil:
		return errors.New("batchEvents and singleton exclude each other")
	case len(c.Cancel) > 0:
		return errors.New("batchEvents and cancel exclude each other")
	}
	if b.timeout, err = period("batchEvents.timeout", c.Batch.Timeout, wire.MinBatchTimeout, 0); err != nil {
		return err
	}
	if b.key, err = e.key("batchEvents.key", c.Batch.Key); err != nil {
		return err
	}
	b.when, err = e.key("batchEvents.if", c.Batch.If)
	f.batch = b
	return err
}

// batch holds events that wait to start a run together.
type batch struct {
	fn     string
	key    string
	events []*event
	ends   *item
}

// batchEvent adds an event to its batch. A batch starts a run when it is full, or
// after the timeout that begins with its first event.
func (e *Engine) batchEvent(fn *function, ev *event) (*run, error) {
	if !e.isNew(fn, ev) {
		return nil, errSeen
	}
	value, _ := fn.flow.batch.key.Key(ev)
	key := fn.id + "\x00" + value
	b := e.batches[key]
	if b == nil {
		b = &batch{fn: fn.id, key: key}
		e.batches[key] = b
		b.ends = e.queue.push(e.clock.Now().Add(fn.flow.batch.timeout), batchEnd{b})
	}
	ev.holders++
	e.journal.touch(kindBatch, key)
	if b.events = append(b.events, ev); len(b.events) >= fn.flow.batch.size {
		e.queue.remove(b.ends)
		return e.endBatch(fn, b)
	}
	return nil, nil
}

func (e *Engine) endBatch(fn *function, b *batch) (*run, error) {
	e.dissolve(b)
	return e.startRun(fn, b.events, start{})
}

func (e *Engine) dissolve(b *batch) {
	delete(e.batches, b.key)
	e.journal.touch(kindBatch, b.key)
	for _, ev := range b.events {
		e.dropHolder(ev)
	}
}

// batchEnd starts the run of a batch after its timeout.
type batchEnd struct{ *batch }

func (b batchEnd) due(e *Engine) {
	fn := e.registry.functions[b.fn]
	if fn == nil || e.paused[fn.id] != nil {
		e.dissolve(b.batch)
		return
	}
	_, _ = e.endBatch(fn, b.batch) // nothing refuses it: a batch excludes singletons
}
