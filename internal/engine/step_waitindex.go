package engine

import (
	"cmp"
	"slices"
	"strings"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
)

// waitIndex finds the waits for an event: by the event's name and, if a wait's
// expression requires a value of one field, by that value. An event then evaluates
// the expressions of its waits, and not of all waits with its name.
type waitIndex struct {
	byEvent map[string]*namedWaits
	seq     uint64
}

// namedWaits are the waits for events of one name.
type namedWaits struct {
	count  int
	rest   map[*wait]struct{} // those that require no value
	fields map[string]*fieldWaits
}

// fieldWaits are the waits that require a value of one field.
type fieldWaits struct {
	path   []string
	values map[string]map[*wait]struct{}
}

func newWaitIndex() waitIndex { return waitIndex{byEvent: map[string]*namedWaits{}} }

func (x *waitIndex) add(w *wait) {
	x.seq++
	w.seq = x.seq
	path, value := w.when.Requires(w.run.events[0])
	w.field, w.value = strings.Join(path, "\x00"), value
	named := x.byEvent[w.event]
	if named == nil {
		named = &namedWaits{rest: map[*wait]struct{}{}, fields: map[string]*fieldWaits{}}
		x.byEvent[w.event] = named
	}
	named.count++
	if w.field == "" {
		named.rest[w] = struct{}{}
		return
	}
	field := named.fields[w.field]
	if field == nil {
		field = &fieldWaits{path: path, values: map[string]map[*wait]struct{}{}}
		named.fields[w.field] = field
	}
	if field.values[w.value] == nil {
		field.values[w.value] = map[*wait]struct{}{}
	}
	field.values[w.value][w] = struct{}{}
}

// remove removes a wait. It ignores nil and removed waits.
func (x *waitIndex) remove(w *wait) {
	if w == nil || w.seq == 0 {
		return
	}
	w.seq = 0
	named := x.byEvent[w.event]
	if named.count--; named.count == 0 {
		delete(x.byEvent, w.event)
		return
	}
	if w.field == "" {
		delete(named.rest, w)
		return
	}
	field := named.fields[w.field]
	delete(field.values[w.value], w)
	if len(field.values[w.value]) == 0 {
		delete(field.values, w.value)
	}
	if len(field.values) == 0 {
		delete(named.fields, w.field)
	}
}

// find returns the waits for an event, in the order in which they began.
func (x *waitIndex) find(ev *event) []*wait {
	named := x.byEvent[ev.Name]
	if named == nil {
		return nil
	}
	var found []*wait
	match := func(waits map[*wait]struct{}) {
		for w := range waits {
			if w.when.Matches(w.run.events[0], ev) {
				found = append(found, w)
			}
		}
	}
	match(named.rest)
	for _, field := range named.fields {
		if value, ok := expr.FieldKey(ev, field.path); ok {
			match(field.values[value])
		}
	}
	slices.SortFunc(found, func(a, b *wait) int { return cmp.Compare(a.seq, b.seq) })
	return found
}
