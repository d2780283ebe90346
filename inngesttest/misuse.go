package inngesttest

import (
	"encoding/json"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// checkMisuse explains why the core has stopped a call.
func (e *Env) checkMisuse(d *delivery, answer []byte) {
	var failed wire.CallError
	if json.Unmarshal(answer, &failed) != nil {
		return
	}
	last := d.trace.last()
	switch failed.Name {
	case "NestedStep":
		e.problemf("%s takes a step inside another: at %s, in the code of the step at %s\n\tTake it after the outer step has returned: the code of a step runs as a whole, and would run again for each step in it.",
			d.run.Function(), last, outerOf(last))
	case "StepInGoroutine", "StepAfterReturn":
		e.problemf("%s takes a step in a goroutine that it started, at %s\n\tTake it in the function's own goroutine, or in parallel with others in group.Parallel. Goroutines inside a step are fine.",
			d.run.Function(), last)
	case "StepOnEndedContext":
		e.problemf("%s takes a step on a context that has ended, at %s: the step does not run\n\tPass the function's context to steps, and set timeouts inside them.", d.run.Function(), last)
	case "StepLeft", "GoexitError":
		at := ""
		if last != nil {
			at = ", at its step at " + last.String()
		}
		e.problemf("%s%s: %s", d.run.Function(), at, failed.Message)
	case "StepNotFound":
		e.problemf("%s planned a step and did not reach it when the step was to run; it took its last step at %s\n%s",
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
