package inngestkit

import (
	"encoding/json"
	"net/http"
	"sync"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// replay follows a run's finished steps as its function meets them again. A
// function without parallel steps meets them in the order they finished in;
// another order means that its code has changed, or depends on something that
// has. The nil replay follows nothing.
type replay struct {
	mu       sync.Mutex
	state    stepState
	finished []string // hashed ids, in the order they finished in
	next     int      // of finished, the first that was not met
	early    string   // the first that was met before its turn
	late     string   // the one whose turn it was
}

// newReplay returns nil for a call whose order says nothing: one for a single
// step, or of a run with parallel steps, which finish in any order.
func (c *call) newReplay(state stepState) *replay {
	if state == nil || c.target != "" || c.meta.Planned || len(c.body.steps) == 0 {
		return nil
	}
	r := &replay{state: state}
	for _, id := range c.meta.Stack.Stack {
		if _, ok := c.body.steps[id]; ok {
			r.finished = append(r.finished, id)
		}
	}
	return r
}

// advance is called between two steps.
func (r *replay) advance() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.next < len(r.finished) && r.state.ReplayedStep(r.finished[r.next]) {
		r.next++
	}
	if next := r.next + 1; r.late == "" && next < len(r.finished) && r.state.ReplayedStep(r.finished[next]) {
		r.early, r.late = r.finished[next], r.finished[r.next]
	}
}

// unmet is the first finished step that was not met, or empty.
func (r *replay) unmet() string {
	if r.next == len(r.finished) {
		return ""
	}
	return r.finished[r.next]
}

// warnOfOrder says, once a run, when its steps came in another order.
func (c *call) warnOfOrder(a answer) {
	r := c.replay
	if r == nil || a.status != http.StatusOK && a.status != http.StatusPartialContent {
		return
	}
	r.advance()
	met, late := r.early, r.late
	if late == "" {
		met, late = reported(a), r.unmet()
	}
	if late == "" || !c.fn.app.warned.add(c.meta.RunID) {
		return
	}
	c.logger.Warn("inngestkit: a run met its steps in another order than they finished in: its code has changed, or branches on something that changes between calls; do that inside a step",
		"met", met, "before", late)
}

// reported is the first step that an answer reports, or what stands for the
// function's end.
func reported(a answer) string {
	var ops []wire.Op
	if a.status != http.StatusPartialContent || json.Unmarshal(a.body, &ops) != nil || len(ops) == 0 {
		return "the function's end"
	}
	return ops[0].Name + " (" + ops[0].ID + ")"
}

// recent remembers the last strings it was given.
type recent struct {
	mu   sync.Mutex
	seen map[string]struct{}
	ring [1024]string
	at   int
}

// add reports whether s was not among the last.
func (r *recent) add(s string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.seen[s]; ok {
		return false
	}
	if r.seen == nil {
		r.seen = map[string]struct{}{}
	}
	delete(r.seen, r.ring[r.at])
	r.seen[s], r.ring[r.at] = struct{}{}, s
	r.at = (r.at + 1) % len(r.ring)
	return true
}
