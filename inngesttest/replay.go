package inngesttest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/seam"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// How often a function is called again with what it has been given already,
// beyond the calls that a run makes anyway, each of which replays what came
// before. Where the order of two keys of a map decides, seven replays in eight
// look alike, so each path through a function is repeated often when it is first
// seen in the process, for as long as that takes no time, and seldom after that.
// Of long runs only some calls are looked at.
const (
	replaysOfPath = 32
	pathPatience  = 100 * time.Millisecond
	replaysAtLast = 2   // of a path that is known
	mediumRun     = 100 // steps
	longStride    = 16
)

// trail is what the calls of a run have shown of its function.
type trail struct {
	sites  []*site           // at which the latest call took its steps
	byName map[string]*taken // by step id
	names  map[string]string // step ids by their hashed ones
	steps  int               // reported so far
	found  *past             // the latest call that found a step
	broken bool              // once something was found
}

// past is a call to be repeated, and the steps that it found.
type past struct {
	request *http.Request
	body    []byte
	ops     []wire.Op
}

// often holds for calls that are looked at closely: all of a short run, and
// some of a long one.
func (t *trail) often() bool { return t.steps <= mediumRun || t.steps%longStride == 0 }

// known is how many steps of the next call need not be looked at.
func (t *trail) known() int {
	if t.often() {
		return 0
	}
	return t.steps
}

func newTrail() *trail { return &trail{byName: map[string]*taken{}, names: map[string]string{}} }

// last is where the run's latest step was taken.
func (t *trail) last() *site {
	if len(t.sites) == 0 {
		return nil
	}
	return t.sites[len(t.sites)-1]
}

// checkTrace compares the places at which a call took its steps to those of
// the call before: what it came by then it must come by again, in that order.
func (e *Env) checkTrace(d *delivery, ops []wire.Op) {
	t := d.run.trail
	for _, o := range ops {
		t.names[o.ID] = stepName(o)
	}
	e.checkOrder(d)
	if !t.often() {
		t.steps += len(ops)
		return
	}
	before, now := t.sites, d.trace.taken()
	t.sites = now
	if e.checks(CheckReplay) && !t.broken {
		if at := missing(before, now); at >= 0 {
			t.broken = true
			e.problemf("%s took its steps in another order when it was replayed:\n"+
				"\tit came by the step at %s before, and %s\n%s",
				d.run.Function(), before[at], instead(now, at), mendOrder)
		}
	}
	e.checkStepIDs(d, ops, before)
}

// checkOrder reports what the core has seen: that a call came to its finished
// steps in another order than they had finished in.
func (e *Env) checkOrder(d *delivery) {
	t, met, before := d.run.trail, d.trace.met, d.trace.before
	if before == "" || t.broken || !e.checks(CheckReplay) {
		return
	}
	name, known := t.names[met]
	if !known { // the core says "<id> (<hashed id>)" of a new one
		name, _, known = strings.Cut(met, " (")
	}
	last := d.trace.last()
	if known {
		met = fmt.Sprintf("the step %q (%s)", name, last)
	} else { // the function's end
		met += after(last)
	}
	t.broken = true
	if s := d.run.storedBy(before); s != nil {
		e.problemf("%s: %s came to %s, and not to that step before\n\tmend the id, or store the steps that come before it too, in their order", s, d.run.Function(), met)
		return
	}
	e.problemf("%s took its steps in another order when it was replayed:\n\tit came to %s before the step %q, which had finished first\n%s",
		d.run.Function(), met, t.names[before], mendOrder)
}

const mendOrder = "\tEach call runs the function from its first line, and must take the same steps in the same order. Do what changes from call to call (the time, chance, a map's order, what others may write) inside a step, and branch on its output."

// missing is the index of the first place of before that now does not come by
// in its turn, or -1.
func missing(before, now []*site) int {
	i := 0
	for _, s := range now {
		if i < len(before) && s.same(before[i]) {
			i++
		}
	}
	if i == len(before) {
		return -1
	}
	return i
}

func instead(now []*site, at int) string {
	if at < len(now) {
		return fmt.Sprintf("by the one at %s now", now[at])
	}
	return "not now"
}

// checkReplay repeats a call that found steps, with every step only planned,
// and compares what it finds.
func (e *Env) checkReplay(r *http.Request, d *delivery, body []byte, ops []wire.Op) {
	t := d.run.trail
	if !e.checks(CheckReplay) || t.broken || slices.ContainsFunc(ops, func(o wire.Op) bool { return o.Op == wire.OpStepError }) {
		return
	}
	t.found = &past{r, body, ops}
	switch {
	case t.steps <= mediumRun && rests(ops) && t.isNew(d.function, ops):
		e.replay(r, d, t.found, replaysOfPath)
	case t.steps%longStride == 0:
		e.replay(r, d, t.found, 1)
	}
	if bytes.HasSuffix(body, []byte(`"use_api":true}`)) {
		t.found = nil // it would fetch another state later
	}
}

// checkLast repeats the call that found the last step of a run, now that it is
// known to be the last. The one after it, in which the run completed, is not:
// what a function does after its last step is done once, and tests count on it.
func (e *Env) checkLast(r *http.Request, d *delivery) {
	t := d.run.trail
	last := t.found
	t.found = nil
	if !e.checks(CheckReplay) || t.broken || last == nil || t.steps > mediumRun {
		return
	}
	times := replaysAtLast
	if t.isNew(d.function, last.ops) {
		times = replaysOfPath
	}
	e.replay(r, d, last, times)
}

// rests holds for steps that a run may be left waiting at.
func rests(ops []wire.Op) bool {
	return slices.ContainsFunc(ops, func(o wire.Op) bool {
		return o.Op != wire.OpStepRun && o.Op != wire.OpStep && o.Op != wire.OpStepPlanned
	})
}

// replay repeats a call, more than once only while that takes no time.
func (e *Env) replay(r *http.Request, d *delivery, of *past, times int) {
	t := d.run.trail
	planned := bytes.Replace(of.body, []byte(`"disable_immediate_execution":false`), []byte(`"disable_immediate_execution":true`), 1)
	began := time.Now()
	for i := range times {
		if i > 0 && time.Since(began) > pathPatience {
			return
		}
		again := &delivery{run: d.run, function: d.function, ctx: d.ctx}
		found, ok := e.repeat(of.request.WithContext(seam.WithReplay(r.Context())), again, planned)
		if t.broken || !ok {
			return
		}
		if e.checkOrder(again); t.broken {
			return
		}
		if sameSteps(of.ops, found) {
			continue
		}
		t.broken = true
		e.problemf("%s took its steps in another order when it was replayed:\n\tit came to %s at first, and to %s when it was called again with the same outputs\n%s",
			d.run.Function(), stepsAt(of.ops, t.last()), stepsAt(found, again.trace.last()), mendOrder)
		return
	}
}

// repeat makes a call again and returns the steps that it finds. It is not ok
// if it fails: of a fault, of the end of the test, or of what the function does
// outside of steps.
func (e *Env) repeat(r *http.Request, again *delivery, body []byte) (found []wire.Op, ok bool) {
	res, err := e.send(r, again, body)
	if err != nil {
		return nil, false
	}
	answer, err := takeBody(res)
	if err != nil || res.StatusCode >= http.StatusBadRequest {
		return nil, false
	}
	return found, res.StatusCode != http.StatusPartialContent || json.Unmarshal(answer, &found) == nil
}

func sameSteps(a, b []wire.Op) bool {
	return slices.EqualFunc(a, b, func(x, y wire.Op) bool { return x.ID == y.ID })
}

// stepsAt names steps, and where the last of them was taken.
func stepsAt(ops []wire.Op, last *site) string {
	if len(ops) == 0 {
		return "its end" + after(last)
	}
	all := make([]string, len(ops))
	for i, o := range ops {
		all[i] = fmt.Sprintf("%q", stepName(o))
	}
	return fmt.Sprintf("the step %s (%s)", strings.Join(all, ", "), last)
}

// after says which step was the last before a function's end.
func after(last *site) string {
	if last == nil {
		return ""
	}
	return fmt.Sprintf(", after the step at %s,", last)
}

func stepName(o wire.Op) string {
	if o.Userland != nil {
		return o.Userland.ID
	}
	return o.Name
}
