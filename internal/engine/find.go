package engine

import "slices"

// few is up to how many steps a run looks through its lists for one, which is
// as quick as a map then, and leaves memory for more runs.
const few = 16

// memo finds the result of a step.
func (r *run) memo(id string) (at int, known bool) {
	if r.memoIndex == nil {
		at = slices.IndexFunc(r.memos, func(m memo) bool { return m.id == id })
		return at, at >= 0
	}
	at, known = r.memoIndex[id]
	return at, known
}

// addMemo keeps the result of a step that has none.
func (r *run) addMemo(m memo) {
	r.memos = append(r.memos, m)
	r.bytes += len(m.value)
	switch {
	case r.memoIndex != nil:
		r.memoIndex[m.id] = len(r.memos) - 1
	case len(r.memos) > few:
		r.memoIndex = make(map[string]int, 2*few)
		for i, known := range r.memos {
			r.memoIndex[known.id] = i
		}
	}
}

// step finds the record of a step, or returns nil.
func (r *run) step(id string) *step {
	if r.stepIndex != nil {
		return r.stepIndex[id]
	}
	if i := slices.IndexFunc(r.steps, func(s *step) bool { return s.id == id }); i >= 0 {
		return r.steps[i]
	}
	return nil
}

// addStep keeps the record of a step that has none.
func (r *run) addStep(s *step) {
	r.steps = append(r.steps, s)
	switch {
	case r.stepIndex != nil:
		r.stepIndex[s.id] = s
	case len(r.steps) > few:
		r.stepIndex = make(map[string]*step, 2*few)
		for _, known := range r.steps {
			r.stepIndex[known.id] = known
		}
	}
}
