package engine

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// restored holds the decoded records of a store.
type restored struct {
	apps     []appRecord
	events   map[string]*event
	records  map[string]eventRecord
	runs     map[string]*restoredRun
	deferred map[recordID]deferredRecord
	pauses   map[string]time.Time
	rates    map[string]time.Time
}

type restoredRun struct {
	id    string
	doc   runRecord
	memos []memo
	steps map[string]stepRecord
}

// restore restores the state from the store. Calls that were in flight are made
// again, and schedules continue from now.
func (e *Engine) restore() error {
	in := &restored{
		events: map[string]*event{}, records: map[string]eventRecord{}, runs: map[string]*restoredRun{},
		deferred: map[recordID]deferredRecord{}, pauses: map[string]time.Time{}, rates: map[string]time.Time{},
	}
	if err := e.cfg.Store.Load(in.read); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.rates.until = in.rates
	if err := e.restoreApps(in.apps); err != nil {
		return err
	}
	e.restoreEvents(in)
	for _, r := range slices.SortedFunc(maps.Values(in.runs), func(a, b *restoredRun) int { return cmp.Compare(a.doc.Seq, b.doc.Seq) }) {
		if err := e.restoreRun(in, r); err != nil {
			return err
		}
	}
	e.runs.sortFinished()
	e.restoreInvokers(in)
	e.restoreDeferred(in)
	for fn, since := range in.pauses {
		e.paused[fn] = &pause{since: since, limit: e.queue.push(since.Add(wire.MaxPause), pauseExpiry{fn})}
	}
	clear(e.journal.dirty)
	clear(e.journal.events)
	e.awaitApps()
	e.pump()
	return nil
}

// read decodes one record.
func (in *restored) read(key string, value []byte) error {
	kind, id, _ := strings.Cut(key, "/")
	var err error
	if kind != kindRun {
		if id, err = url.PathUnescape(id); err != nil {
			return fmt.Errorf("record %q does not have a key of this engine: %w", key, err)
		}
	}
	switch kind {
	case kindApp:
		err = decode(value, func(d appRecord) { in.apps = append(in.apps, d) })
	case kindEvent:
		err = decode(value, func(d eventRecord) { in.records[id] = d })
	case kindRun:
		err = in.readRun(id, value)
	case kindRate:
		err = decode(value, func(t time.Time) { in.rates[id] = t })
	case kindPause:
		err = decode(value, func(t time.Time) { in.pauses[id] = t })
	case kindDebounce, kindBatch:
		err = decode(value, func(d deferredRecord) { in.deferred[recordID{kind, id}] = d })
	default:
		err = errors.New("its kind is unknown")
	}
	if err != nil {
		return fmt.Errorf("record %q cannot be read: %w", key, err)
	}
	return nil
}

func decode[T any](raw []byte, take func(T)) error {
	var v T
	err := json.Unmarshal(raw, &v)
	take(v)
	return err
}

// readRun decodes a run, or a part of a run. A part comes after its run.
func (in *restored) readRun(id string, value []byte) error {
	id, part, _ := strings.Cut(id, "/")
	r := in.runs[id]
	if part == "" {
		r = &restoredRun{id: id, steps: map[string]stepRecord{}}
		in.runs[id] = r
		return decode(value, func(d runRecord) { r.doc = d })
	}
	if r == nil {
		return errors.New("it belongs to no run")
	}
	if step, ok := strings.CutPrefix(part, "step/"); ok {
		return decode(value, func(d stepRecord) { r.steps[step] = d })
	}
	_, step, _ := strings.Cut(strings.TrimPrefix(part, "memo/"), "/")
	r.memos = append(r.memos, memo{step, bytes.Clone(value)})
	return nil
}

func (e *Engine) restoreApps(docs []appRecord) error {
	slices.SortFunc(docs, func(a, b appRecord) int { return cmp.Compare(a.Order, b.Order) })
	for _, d := range docs {
		sync := wire.SyncRequest{URL: d.URL, AppName: d.Name, SDK: d.SDK, Framework: d.Framework, Events: d.Events}
		for _, config := range d.Functions {
			sync.Functions = append(sync.Functions, config)
		}
		a, err := e.newApp(sync)
		if err != nil {
			return fmt.Errorf("app %q: %w", d.Name, err)
		}
		a.syncedAt, a.endpoints = d.Synced, d.Endpoints
		e.registry.put(a)
		e.scheduleCrons(a.functions)
	}
	return nil
}

func (e *Engine) restoreEvents(in *restored) {
	for id, d := range in.records {
		content := wire.Event{ID: d.ID, Name: d.Name, Data: d.Data, User: d.User, TS: d.TS, Version: d.Version}
		ev := &event{Event: content, internalID: id, receivedAt: d.Received, seq: d.Seq, runs: d.Runs, forgotten: d.Forgotten}
		ev.seal()
		in.events[id] = ev
	}
	for _, ev := range slices.SortedFunc(maps.Values(in.events), func(a, b *event) int { return cmp.Compare(a.seq, b.seq) }) {
		if e.events.seq = ev.seq; !ev.forgotten {
			e.events.insert(ev)
		}
	}
}

// restoreInvokers connects the events of invocations with their invoking steps.
func (e *Engine) restoreInvokers(in *restored) {
	for id, d := range in.records {
		if r := e.runs.byID[d.InvokerRun]; r != nil {
			in.events[id].invoker = r.pending[d.InvokerStep]
		}
	}
}

// restoreDeferred restores batches and debounces.
func (e *Engine) restoreDeferred(in *restored) {
	for at, d := range in.deferred {
		events := make([]*event, 0, len(d.Events))
		for _, id := range d.Events {
			if ev := in.events[id]; ev != nil {
				ev.holders++
				events = append(events, ev)
			}
		}
		switch {
		case len(events) == 0:
		case at.kind == kindBatch:
			b := &batch{fn: d.Function, key: at.id, events: events}
			b.ends = e.queue.push(d.Ends, batchEnd{b})
			e.batches[at.id] = b
		default:
			w := &debounced{fn: d.Function, key: at.id, event: events[0], began: d.Began}
			w.starts = e.queue.push(d.Ends, debounceEnd{w})
			e.debounces[at.id] = w
		}
	}
}
