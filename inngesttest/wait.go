package inngesttest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/engine/expr"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// checkRuns looks at the runs when the test ends: for waits that nothing in
// the test would have ended, and for events that were refused.
func (e *Env) checkRuns() {
	e.t.Helper()
	for _, run := range e.began {
		v := run.view()
		if len(v.Steps) == wire.MaxSteps {
			e.t.Logf("inngesttest: %s took %d steps, the documented limit; the official dev server was seen to fail such a run", run.Function(), len(v.Steps))
		}
		e.mu.Lock()
		excused := run.excused
		e.mu.Unlock()
		switch {
		case excused:
		case !v.Status.Final() && e.checks(CheckWaits):
			e.checkWait(run, v)
		case v.Status == Failed && v.Error.Name == "ValidationError" && e.checks(CheckValidation):
			e.problemf("%s refused its event as invalid: %s\n%s\tmend the event; or, if that is what is tested, write run.RequireFailed()", run.Function(), v.Error.Message, run.mockedWait(v))
		}
	}
}

func (e *Env) checkWait(run *Run, v engine.Run) {
	for _, s := range v.Steps {
		if s.Ended.IsZero() && (s.Op == wire.OpWaitForEvent || s.Op == wire.OpWaitForSignal) {
			e.problemf("%s still waits when the test ends: %s; or, if that is what is tested, write run.RequireWaiting(%q)\n%s",
				run.Function(), e.whyStep(v, s), s.Name, run.shortTimeline())
		}
	}
}

// whyWait says why an event has not ended a wait.
func (e *Env) whyWait(v engine.Run, s engine.Step) string {
	if e.real != nil { // which does not say what it made of the events that came
		return "\tno event that it takes has come; send one with env.Send(…New(…))"
	}
	name := s.Awaits.Event
	e.mu.Lock()
	defer e.mu.Unlock()
	run := e.runs[v.ID]
	wait, begun := run.steps[s.ID], run.begun[s.ID]
	for _, sent := range slices.Backward(e.sent) {
		if sent.Name == name && !sent.delivered {
			return fmt.Sprintf("\t%s sent one, which was captured and not delivered: write env.Deliver(%q) before, or env.Drain()", sent.by, name)
		}
	}
	for i, came := range slices.Backward(e.posted) {
		if came.Name == name && i < begun {
			return "\tone came before it waited, and it takes only what comes after\n\tsend it once the run has come there, with env.Send(…New(…))"
		}
		if came.Name == name {
			return fmt.Sprintf("\tone came that does not meet its condition, %s\n\t\tevent.data: %s\n\t\tasync.data: %s\n\tsend one that does with env.Send(…New(…))",
				optionsOf(wait.Opts).If, value(v.Events[0].Data), value(came.Data))
		}
	}
	return "\tnothing has sent one; send it with env.Send(…New(…))"
}

// checkConditions looks for waits that have begun and that no event can end.
func (e *Env) checkConditions() {
	e.mu.Lock()
	waits := e.waits
	e.waits = nil
	e.mu.Unlock()
	if !e.checks(CheckWaits) {
		return
	}
	for _, wait := range waits {
		r, err := e.engine.Run(wait.RunID)
		if err != nil {
			continue
		}
		event, err := json.Marshal(r.Events[0].Event)
		if err != nil {
			continue
		}
		if missing := expr.MissingFields(optionsOf(wait.Opts).If, event); len(missing) > 0 {
			at := e.placeOf(r, engine.Step{Name: wait.Name})
			e.problemf("no event can end the wait %q%s of %s: its condition reads %s, which the event of the run does not have\n\t\tcondition: %s\n\t\tevent.data: %s",
				wait.Name, at, e.ownID(wait.FunctionID), strings.Join(missing, " and "), optionsOf(wait.Opts).If, value(r.Events[0].Data))
		}
	}
}
