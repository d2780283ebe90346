package inngesttest

import (
	"encoding/json"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// checkMisuse explains calls that the core refused to go on with.
func (e *Env) checkMisuse(d *delivery, answer []byte) {
	var failed wire.CallError
	if json.Unmarshal(answer, &failed) != nil {
		return
	}
	last := d.trace.last()
	switch failed.Name {
	case "NestedStep":
		e.problemf("%s takes a step inside another: at %s, in the code of the step at %s\n\tTake it after the other has returned: a step's code runs as one, and would be repeated for each step in it.",
			d.run.Function(), last, outerOf(last))
	case "StepInGoroutine", "StepAfterReturn":
		e.problemf("%s takes a step in a goroutine of its own, at %s\n\tTake it in the function's own goroutine, or side by side with others by group.Parallel. Goroutines inside one step are fine.",
			d.run.Function(), last)
	case "StepOnEndedContext":
		e.problemf("%s takes a step on a context that has ended, at %s: it is not run\n\tGive steps the function's context, and bound what they do inside them.", d.run.Function(), last)
	case "StepLeft", "GoexitError":
		at := ""
		if last != nil {
			at = ", at its step at " + last.String()
		}
		e.problemf("%s%s: %s", d.run.Function(), at, failed.Message)
	case "StepNotFound":
		e.problemf("%s planned a step and did not come by it when it was to run; the last step it took was at %s\n%s",
			d.run.Function(), last, mendOrder)
	default:
		return
	}
	if e.real == nil {
		d.run.trail.broken = true
	}
}

func outerOf(s *site) *site {
	if s == nil {
		return nil
	}
	return s.outer
}
