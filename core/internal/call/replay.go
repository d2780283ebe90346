package call

import (
	"encoding/json"
	"net/http"
	"sync"

	"github.com/inngestkit/inngestkit/internal/sdk"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// replay follows a run's finished steps as its function meets them again. A
// function without parallel steps meets them in the order they finished in;
// another order means that the code has changed, or depends on something that
// has changed. The nil replay follows nothing.
type replay struct {
	state   sdk.State
	suspect bool // an earlier call of the run met them in another order

	mu       sync.Mutex
	finished []string // hashed ids, in the order they finished in
	next     int      // of finished, the first that was not met
	early    string   // the first that was met before its turn
	late     string   // the one whose turn it was
	parallel bool     // a branch of group.Parallel met one
}

// newReplay returns nil for a call whose order says nothing: one for a single
// step, or one of a run that is known to have parallel steps, which finish in
// any order. A server has steps planned only in such runs, a test kit in all.
func (c *Call) newReplay(state sdk.State) *replay {
	if state == nil || c.target != "" || c.meta.Planned && !c.repeats || len(c.body.steps) == 0 {
		return nil
	}
	suspicion := c.fn.app.orders.of(c.meta.RunID)
	if suspicion == explained {
		return nil
	}
	r := &replay{state: state, suspect: suspicion == suspected}
	for _, id := range c.meta.Stack.Stack {
		if _, ok := c.body.steps[id]; ok {
			r.finished = append(r.finished, id)
		}
	}
	return r
}

// suspects reports whether it is worth the time to find where steps are taken.
func (r *replay) suspects() bool { return r != nil && r.suspect }

// noteBranch is called when the function has parallel steps.
func (r *replay) noteBranch() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.parallel = true
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

// unmet returns the first finished step that was not met, or "".
func (r *replay) unmet() string {
	if r.next == len(r.finished) {
		return ""
	}
	return r.finished[r.next]
}

// warnOfOrder warns, once a run, when its steps came in another order. A server
// does not say which steps were parallel, so a run is only suspected until it is
// known where its steps are taken.
func (c *Call) warnOfOrder(r *replay, a Answer) {
	orders := &c.fn.app.orders
	if r == nil || a.Status != http.StatusOK && a.Status != http.StatusPartialContent {
		return
	}
	r.advance()
	met, late := r.early, r.late
	if late == "" {
		met, late = reported(a), r.unmet()
	}
	switch {
	case r.parallel:
		orders.set(c.meta.RunID, explained)
	case late == "":
	case !r.suspect && c.fn.app.Settings.NoStepGuard:
		orders.set(c.meta.RunID, suspected)
	default:
		orders.set(c.meta.RunID, explained)
		c.logger.Warn("inngestkit: a run met its steps in another order than they finished in: its code has changed, or branches on something that changes between calls; do that inside a step",
			"met", met, "before", late)
		if c.observer.Misordered != nil {
			c.observer.Misordered(met, late)
		}
	}
}

// reported names the first step that an answer reports, or the function's end.
func reported(a Answer) string {
	var ops []wire.Op
	if a.Status != http.StatusPartialContent || json.Unmarshal(a.Body, &ops) != nil || len(ops) == 0 {
		return "the function's end"
	}
	return ops[0].Name + " (" + ops[0].ID + ")"
}
