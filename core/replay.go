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
	state   stepState
	suspect bool // an earlier call of the run met them in another order

	mu       sync.Mutex
	finished []string // hashed ids, in the order they finished in
	next     int      // of finished, the first that was not met
	early    string   // the first that was met before its turn
	late     string   // the one whose turn it was
	parallel bool     // a branch of group.Parallel met one
}

// newReplay returns nil for a call whose order says nothing: one for a single
// step, or of a run that is known to have parallel steps, which finish in any
// order; a server has steps planned only in such runs, and a test kit in all.
func (c *call) newReplay(state stepState) *replay {
	if state == nil || c.target != "" || c.meta.Planned && !c.repeats || len(c.body.steps) == 0 {
		return nil
	}
	suspicion := c.fn.app.orders.of(c.meta.RunID)
	if suspicion == settled {
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

// suspects holds when it is worth the time to look where steps are taken.
func (r *replay) suspects() bool { return r != nil && r.suspect }

// leave is called when the function has parallel steps.
func (r *replay) leave() {
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

// unmet is the first finished step that was not met, or empty.
func (r *replay) unmet() string {
	if r.next == len(r.finished) {
		return ""
	}
	return r.finished[r.next]
}

// warnOfOrder says, once a run, when its steps came in another order. A server
// does not tell which steps were parallel, so that a run is only suspected
// until it is known where its steps are taken.
func (c *call) warnOfOrder(a answer) {
	r, orders := c.replay, &c.fn.app.orders
	if r == nil || a.status != http.StatusOK && a.status != http.StatusPartialContent {
		return
	}
	r.advance()
	met, late := r.early, r.late
	if late == "" {
		met, late = reported(a), r.unmet()
	}
	switch {
	case r.parallel:
		orders.set(c.meta.RunID, settled)
	case late == "":
	case !r.suspect && !c.fn.app.settings.guards():
		orders.set(c.meta.RunID, suspected)
	default:
		orders.set(c.meta.RunID, settled)
		c.logger.Warn("inngestkit: a run met its steps in another order than they finished in: its code has changed, or branches on something that changes between calls; do that inside a step",
			"met", met, "before", late)
		if c.observer.Misordered != nil {
			c.observer.Misordered(met, late)
		}
	}
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

// suspicion is what is known of the order of a run's steps.
type suspicion int

const (
	unsuspected suspicion = iota
	suspected             // it was another one, if no step is parallel
	settled               // it was warned about, or says nothing
)

// maxOrders bounds the runs whose suspicion is remembered.
const maxOrders = 1024

// orders remembers the suspicions of the last runs that have one.
type orders struct {
	mu   sync.Mutex
	runs map[string]suspicion
	ring []string // of the runs, up to maxOrders
	at   int      // of the oldest, once it is full
}

func (o *orders) of(run string) suspicion {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.runs[run]
}

func (o *orders) set(run string, s suspicion) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.runs == nil {
		o.runs = map[string]suspicion{}
	}
	switch _, known := o.runs[run]; {
	case known:
	case len(o.ring) < maxOrders:
		o.ring = append(o.ring, run)
	default:
		delete(o.runs, o.ring[o.at])
		o.ring[o.at] = run
		o.at = (o.at + 1) % maxOrders
	}
	o.runs[run] = s
}
