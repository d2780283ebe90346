package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"net/url"
	"time"
)

// writesFor appends the writes for a changed record. If its subject is gone, the
// write deletes the record.
func (e *Engine) writesFor(writes []Write, d recordID) []Write {
	key := d.kind + "/" + url.PathEscape(d.id)
	switch d.kind {
	case kindRun:
		if r := e.runs.byID[d.id]; r != nil {
			return e.writesForRun(writes, r)
		}
	case kindApp:
		if a := e.registry.apps[d.id]; a != nil {
			return append(writes, Write{key, encode(a.record())})
		}
	case kindRate:
		if until, ok := e.rates.until[d.id]; ok {
			return append(writes, Write{key, encode(until)})
		}
	case kindDebounce:
		if w := e.debounces[d.id]; w != nil {
			return append(writes, Write{key, encode(deferredRecord{w.fn, []string{w.event.internalID}, w.began, w.starts.at})})
		}
	case kindBatch:
		if b := e.batches[d.id]; b != nil {
			return append(writes, Write{key, encode(deferredRecord{b.fn, ids(b.events), time.Time{}, b.ends.at})})
		}
	case kindPause:
		if p := e.paused[d.id]; p != nil {
			return append(writes, Write{key, encode(p.since)})
		}
	}
	return append(writes, Write{Key: key})
}

// encode encodes a record.
func encode(doc any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // it would change an app's JSON in errors
	_ = enc.Encode(doc)      // all JSON in records is valid
	return b.Bytes()
}

func (a *app) record() appRecord {
	d := appRecord{Name: a.name, URL: a.url, SDK: a.sdk, Framework: a.framework, Events: a.events, Synced: a.syncedAt, Endpoints: a.endpoints}
	for i, fn := range a.functions {
		if i == 0 {
			d.Order = fn.order
		}
		d.Functions = append(d.Functions, fn.config)
	}
	return d
}

// write returns the write of an event's record, or its deletion if neither the log
// nor anything else refers to the event.
func (ev *event) write() Write {
	key := kindEvent + "/" + ev.internalID
	if ev.forgotten && ev.holders == 0 {
		return Write{Key: key}
	}
	d := eventRecord{
		ID: ev.ID, Name: ev.Name, Data: ev.Data, User: ev.User, TS: ev.TS, Version: ev.Version,
		Received: ev.receivedAt, Seq: ev.seq, Runs: ev.runs, Forgotten: ev.forgotten,
	}
	if p := ev.invoker; p != nil {
		d.InvokerRun, d.InvokerStep = p.run.id, p.id
	}
	return Write{key, encode(d)}
}

func ids(events []*event) []string {
	out := make([]string, len(events))
	for i, ev := range events {
		out[i] = ev.internalID
	}
	return out
}

// seed is the seed of the hashes that find changed step records.
var seed = maphash.MakeSeed()

// writesForRun appends the writes for a run, its new memos and its changed steps.
func (e *Engine) writesForRun(writes []Write, r *run) []Write {
	key := kindRun + "/" + r.id
	writes = append(writes, Write{key, encode(e.runRecordOf(r))})
	for ; r.storedMemos < len(r.memos); r.storedMemos++ {
		m := r.memos[r.storedMemos]
		writes = append(writes, Write{fmt.Sprintf("%s/memo/%06d/%s", key, r.storedMemos, m.id), m.value})
	}
	for i, s := range r.steps {
		if s.stored {
			continue
		}
		doc := encode(e.stepRecordOf(r, s, i))
		if sum := maphash.Bytes(seed, doc); sum != s.storedHash {
			writes = append(writes, Write{key + "/step/" + s.id, doc})
			s.storedHash = sum
		}
		_, s.stored = r.memo(s.id)
	}
	return writes
}

func (e *Engine) runRecordOf(r *run) runRecord {
	d := runRecord{
		Seq: r.seq, Function: r.fn.id, Events: ids(r.events), Status: r.status, Output: r.output, Err: r.err,
		Failures: r.failures, Latest: r.latest, Started: r.started, Begun: r.begun, Ended: r.ended, Parallel: r.parallel,
		RerunOf: r.rerunOf, Rank: r.rank, Single: r.single, Calls: r.calls, LastGroup: r.lastGroup,
	}
	if c := r.discovery; c != nil {
		d.Discovery = &callRecord{c.attempt, c.next}
	} else if c := r.firstRequest(); c != nil {
		d.Discovery = &callRecord{0, c.next}
	}
	if r.input != nil {
		d.Input = &inputRecord{r.input.step, r.input.value}
	}
	if r.timeout != nil {
		d.CancelAt = r.timeout.at
	}
	if e.registry.functions[r.fn.id] == nil {
		d.Gone = &functionRecord{r.fn.app.name, r.fn.app.url, r.fn.config, r.fn.app.endpoints}
	}
	return d
}

func (e *Engine) stepRecordOf(r *run, s *step, place int) stepRecord {
	d := stepRecord{
		Place: place, Name: s.name, Op: s.op, Attempts: s.attempts, Started: s.started, Ended: s.ended,
		Tried: s.tried, Err: s.err, Failures: s.failures, Awaits: s.waitsFor,
	}
	p := r.pending[s.id]
	if p == nil || p.request != nil {
		return d
	}
	d.Pending = &pendingRecord{Op: p.op, Race: p.race, Group: p.group.id, Name: p.name, Index: p.index, Opts: p.opts}
	if e.signals[p.signal] == p {
		d.Pending.Signal = p.signal
	}
	if p.call != nil {
		d.Pending.Call = &callRecord{p.call.attempt, p.call.next}
	}
	return d
}
