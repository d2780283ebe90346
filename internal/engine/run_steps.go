package engine

// memo returns the position of a step's result in memos, and whether it has one.
func (r *run) memo(id string) (at int, known bool) { return find(r.memoIndex, r.memos, id) }

// addMemo adds the result of a step that has none.
func (r *run) addMemo(m memo) {
	r.memos = append(r.memos, m)
	r.memoIndex = indexed(r.memoIndex, r.memos)
	r.bytes += len(m.value)
}

// step returns the step with a hashed id, or nil.
func (r *run) step(id string) *step {
	if at, known := find(r.stepIndex, r.steps, id); known {
		return r.steps[at]
	}
	return nil
}

// addStep adds a step.
func (r *run) addStep(s *step) {
	r.steps = append(r.steps, s)
	r.stepIndex = indexed(r.stepIndex, r.steps)
}
