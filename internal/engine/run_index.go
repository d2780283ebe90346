package engine

import "slices"

// few is the number of steps up to which a run scans its lists. That is as fast
// as a map, and saves memory.
const few = 16

// ofStep is implemented by per-step records. stepID returns the step's hashed id.
type ofStep interface{ stepID() string }

func (m memo) stepID() string { return m.id }

func (s *step) stepID() string { return s.id }

// index maps step ids to positions in a list. It is nil for a short list.
type index map[string]int

// find returns a step's position in the list, and whether the list has it.
func find[T ofStep](in index, list []T, id string) (at int, known bool) {
	if in != nil {
		at, known = in[id]
		return at, known
	}
	at = slices.IndexFunc(list, func(one T) bool { return one.stepID() == id })
	return at, at >= 0
}

// indexed returns the index of a list after an append.
func indexed[T ofStep](in index, list []T) index {
	switch {
	case in != nil:
		in[list[len(list)-1].stepID()] = len(list) - 1
	case len(list) > few:
		in = make(index, 2*few)
		for i, one := range list {
			in[one.stepID()] = i
		}
	}
	return in
}
