package engine

import "slices"

// few is up to how many steps a run looks through its lists for one, which is
// as quick as a map then, and leaves memory for more runs.
const few = 16

// ofStep is what a run has one of for a step, known by the step's hashed id.
type ofStep interface{ stepID() string }

func (m memo) stepID() string { return m.id }

func (s *step) stepID() string { return s.id }

// index is where things are in a list; nil while they are few.
type index map[string]int

// find returns where the one of a step is in the list, and whether there is one.
func find[T ofStep](in index, list []T, id string) (at int, known bool) {
	if in != nil {
		at, known = in[id]
		return at, known
	}
	at = slices.IndexFunc(list, func(one T) bool { return one.stepID() == id })
	return at, at >= 0
}

// indexed returns the index of a list that has got a new last one.
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
