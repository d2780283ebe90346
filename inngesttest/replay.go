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

// How often the kit repeats a call, beyond the calls that a run makes anyway, each of
// which replays the steps before. If the order of two keys of a map decides, seven
// replays in eight look alike. So a new path through a function is repeated often,
// as long as that is quick, and a known path seldom. In long runs, only some calls
// are repeated.
const (
	replaysOfPath = 32 // of a path that is new in the process
	pathPatience  = 100 * time.Millisecond
	replaysAtLast = 2   // of a known path
	mediumRun     = 100 // steps; a run with more is long
	longStride    = 16  // of the steps of a long run, the kit looks at one in 16
)

// trail is the way of a run through its function, as its calls have shown it.
type trail struct {
	sites  []*site           // the places at which the latest call took its steps
	byName map[string]*taken // by step id
	names  map[string]string // step ids by their hashed ones
	steps  int               // number of steps reported so far
	found  *past             // the latest call that found a step
	broken bool              // a check has found a problem
}

// past is a call to repeat, and the steps that it found.
type past struct {
	request *http.Request
	body    []byte
	ops     []wire.Op
}

// often reports whether the next call is one to look at closely: any call of a short
// run, and some of a long one.
func (t *trail) often() bool { return t.steps <= mediumRun || t.steps%longStride == 0 }

// known returns the number of steps of the next call that are not looked at.
func (t *trail) known() int {
	if t.often() {
		return 0
	}
	return t.steps
}

func newTrail() *trail { return &trail{byName: map[string]*taken{}, names: map[string]string{}} }

// last returns the place of the run's latest step, or nil.
func (t *trail) last() *site {
	if len(t.sites) == 0 {
		return nil
	}
	return t.sites[len(t.sites)-1]
}

// checkTrace compares the places at which a call took its steps with those of the
// call before: it must pass the same places again, in the same order.
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
				"\tit took the step at %s before, and %s\n%s",
				d.run.Function(), before[at], instead(now, at), mendOrder)
		}
	}
	e.checkStepIDs(d, ops, before)
}

// checkOrder reports a call that reached its finished steps in an order other than
// the one in which they had finished. The core has noticed it.
func (e *Env) checkOrder(d *delivery) {
	t, met, before := d.run.trail, d.trace.met, d.trace.before
	if before == "" || t.broken || !e.checks(CheckReplay) {
		return
	}
	name, known := t.names[met]
	if !known { // the core calls a new step "<id> (<hashed id>)"
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
		e.problemf("%s: %s reached %s before that step\n\tfix the id, or also store the steps before it, in their order", s, d.run.Function(), met)
		return
	}
	e.problemf("%s took its steps in another order when it was replayed:\n\tit reached %s before the step %q, which had finished first\n%s",
		d.run.Function(), met, t.names[before], mendOrder)
}

const mendOrder = "\tEach call runs the function from its first line, and must take the same steps in the same order. Read values that change from call to call (the time, random numbers, the order of a map, data that others write) inside a step, and branch on its output."

// missing returns the index of the first place of before that now does not pass in
// its turn, or -1.
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

// instead names the place that the call passed in place of another.
func instead(now []*site, at int) string {
	if at < len(now) {
		return fmt.Sprintf("now the step at %s", now[at])
	}
	return "now it does not"
}

// checkReplay repeats a call that found steps, with every step only planned, and
// compares the steps.
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
		t.found = nil // later, it would fetch another state
	}
}

// checkLast repeats the call that found the last step of a run, now that it is known
// to be the last. It does not repeat the call after it, in which the run completed:
// code after the last step runs once, and tests count on that.
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

// rests reports whether a run may stop at one of the steps to wait.
func rests(ops []wire.Op) bool {
	return slices.ContainsFunc(ops, func(o wire.Op) bool {
		return o.Op != wire.OpStepRun && o.Op != wire.OpStep && o.Op != wire.OpStepPlanned
	})
}

// replay repeats a call the given number of times, or until pathPatience has passed.
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
		e.problemf("%s took its steps in another order when it was replayed:\n\tit first reached %s, and %s when it was called again with the same outputs\n%s",
			d.run.Function(), stepsAt(of.ops, t.last()), stepsAt(found, again.trace.last()), mendOrder)
		return
	}
}

// repeat makes a call again and returns the steps that it finds. It returns false if
// the call fails: because of a fault, the end of the test, or the function's code
// outside steps.
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

// sameSteps reports whether two calls found the same steps.
func sameSteps(a, b []wire.Op) bool {
	return slices.EqualFunc(a, b, func(x, y wire.Op) bool { return x.ID == y.ID })
}

// stepsAt names steps, and the place of the last.
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

// after names the place of the last step before a function's end.
func after(last *site) string {
	if last == nil {
		return ""
	}
	return fmt.Sprintf(", after the step at %s,", last)
}

// stepName returns a step's id, as the function names it.
func stepName(o wire.Op) string {
	if o.Userland != nil {
		return o.Userland.ID
	}
	return o.Name
}
