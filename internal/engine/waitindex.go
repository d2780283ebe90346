package engine

import (
	"cmp"
	"slices"
)

// waitIndex finds what waits for an event: by its name, and where the
// expression asks for a field of the event to have a certain value, by that
// value. So an event costs what waits for it, and not what waits for others
// of its name.
type waitIndex struct {
	byEvent map[string]*namedWaits
	seq     uint64
}

type namedWaits struct {
	rest    map[*wait]struct{} // whose expression asks for no value
	byField map[string]map[string]map[*wait]struct{}
	count   int
}

func newWaitIndex() waitIndex { return waitIndex{byEvent: map[string]*namedWaits{}} }

func (x *waitIndex) add(w *wait) {
	x.seq++
	w.seq = x.seq
	w.field, w.value = w.when.asks(w.run.events[0])
	named := x.byEvent[w.event]
	if named == nil {
		named = &namedWaits{rest: map[*wait]struct{}{}, byField: map[string]map[string]map[*wait]struct{}{}}
		x.byEvent[w.event] = named
	}
	named.count++
	if w.field == "" {
		named.rest[w] = struct{}{}
		return
	}
	values := named.byField[w.field]
	if values == nil {
		values = map[string]map[*wait]struct{}{}
		named.byField[w.field] = values
	}
	if values[w.value] == nil {
		values[w.value] = map[*wait]struct{}{}
	}
	values[w.value][w] = struct{}{}
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
	values := named.byField[w.field]
	delete(values[w.value], w)
	if len(values[w.value]) > 0 {
		return
	}
	if delete(values, w.value); len(values) == 0 {
		delete(named.byField, w.field)
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
			if w.when.matches(w.run.events[0], ev) {
				found = append(found, w)
			}
		}
	}
	match(named.rest)
	for field, values := range named.byField {
		if value, ok := indexKey(lookup(ev.value(), field)); ok {
			match(values[value])
		}
	}
	slices.SortFunc(found, func(a, b *wait) int { return cmp.Compare(a.seq, b.seq) })
	return found
}
