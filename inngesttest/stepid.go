package inngesttest

import (
	"fmt"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// taken is the first use of a step id.
type taken struct {
	site  *site
	index int
}

// checkStepIDs notes where each step id is used, and reports an id that is used in
// two places. The steps that a call reports are the last ones that it took, so their
// places are known.
func (e *Env) checkStepIDs(d *delivery, ops []wire.Op, before []*site) {
	t, now := d.run.trail, d.trace.taken()
	t.steps += len(ops)
	if !e.checks(CheckStepIDs) || t.broken || len(ops) == 0 || len(now) != len(before)+len(ops) {
		return
	}
	for i, o := range ops {
		if o.Userland == nil {
			continue
		}
		s := now[len(before)+i]
		first := t.byName[o.Userland.ID]
		switch {
		case first == nil:
			t.byName[o.Userland.ID] = &taken{s, o.Userland.Index}
		case first.index != o.Userland.Index:
			if places := twoPlaces(first.site, s); places != "" {
				e.problemf("%s uses the step id %q in two places, %s", d.run.Function(), o.Userland.ID, places)
			}
		}
	}
}

const byOrderAlone = ": which of the two an output belongs to depends only on their order\n\t"

// twoPlaces names the two places where the ways to two uses of a step id part, with
// advice. It returns nothing if the ways do not part. A function that calls itself
// has many ways to one place, and is left out.
func twoPlaces(a, b *site) string {
	if a == nil || b == nil {
		return ""
	}
	if !a.same(b) {
		return fmt.Sprintf("%s and %s"+byOrderAlone+"give one of them another id", a, b)
	}
	for i := range a.way {
		first := a.way[len(a.way)-1-i] // from the function's own line inwards
		second := lineOf(b.way, first.function)
		if last := len(b.way) - 1; i == 0 && last >= 0 && b.way[last].function != first.function {
			second = &b.way[last] // in another branch
		}
		if second != nil && lineOf(a.way, first.function) != nil && !first.same(&second.site) {
			return fmt.Sprintf("%s and %s, which both lead to %s"+byOrderAlone+
				"pass a different id from each; or, if this is intended, set Config.SkipChecks to inngesttest.CheckStepIDs", &first.site, &second.site, &a.way[0].site)
		}
	}
	return ""
}

// lineOf returns the only line of a way that is in a function, or nil if there is
// none or several.
func lineOf(way []frame, function string) (found *frame) {
	for i := range way {
		switch {
		case way[i].function != function:
		case found != nil:
			return nil
		default:
			found = &way[i]
		}
	}
	return found
}
