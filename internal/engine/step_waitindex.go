package engine

import (
	"cmp"
	"slices"
	"strings"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
)

// waitIndex finds what waits for an event: by its name, and where the
// expression asks for a field of the event to have a certain value, by that
// value. So an event costs what waits for it, and not what waits for others
// of its name.
type waitIndex struct {
	byEvent map[string]*namedWaits
	seq     uint64
}

// namedWaits are the waits for one name of events.
type namedWaits struct {
	count  int
	rest   map[*wait]struct{} // that ask for no value
	fields map[string]*fieldWaits
}

// fieldWaits are the waits that ask for a value of one field.
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

// remove takes a wait out. Nil and waits that have left are ignored.
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

// find returns what waits for an event, in the order in which it began to.
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
