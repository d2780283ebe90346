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

// checkRuns looks at the runs at the end of the test, for waits that have not ended
// and for events that a function refused.
func (e *Env) checkRuns() {
	e.t.Helper()
	for _, run := range e.began {
		v := run.view()
		if len(v.Steps) == wire.MaxSteps {
			e.t.Logf("inngesttest: %s took %d steps, the documented limit; the official dev server has failed such runs", run.Function(), len(v.Steps))
		}
		e.mu.Lock()
		excused := run.excused
		e.mu.Unlock()
		switch {
		case excused:
		case !v.Status.Final() && e.checks(CheckWaits):
			e.checkWait(run, v)
		case v.Status == Failed && v.Error.Name == "ValidationError" && e.checks(CheckValidation):
			e.problemf("%s refused its event as invalid: %s\n%s\tfix the event; or, if the test expects this, write run.RequireFailed()", run.Function(), v.Error.Message, run.mockedWait(v))
		}
	}
}

// checkWait reports the open waits of a run.
func (e *Env) checkWait(run *Run, v engine.Run) {
	for _, s := range v.Steps {
		if s.Ended.IsZero() && (s.Op == wire.OpWaitForEvent || s.Op == wire.OpWaitForSignal) {
			e.problemf("%s still waits at the end of the test: %s; or, if the test expects this, write run.RequireWaiting(%q)\n%s",
				run.Function(), e.whyStep(v, s), s.Name, run.shortTimeline())
		}
	}
}

// whyWait says why no event has ended a wait.
func (e *Env) whyWait(v engine.Run, s engine.Step) string {
	if e.real != nil { // the server does not say why an event did not match
		return "\tno matching event has arrived; send one with env.Send(…New(…))"
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
			return "\tone arrived before the wait began, and a wait takes only later events\n\tsend it when the run waits, with env.Send(…New(…))"
		}
		if came.Name == name {
			return fmt.Sprintf("\tone arrived that does not meet the condition %s\n\t\tevent.data: %s\n\t\tasync.data: %s\n\tsend one that does, with env.Send(…New(…))",
				optionsOf(wait.Opts).If, value(v.Events[0].Data), value(came.Data))
		}
	}
	return "\tnone was sent; send one with env.Send(…New(…))"
}

// checkConditions looks for new waits that no event can end.
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
			e.problemf("no event can end the wait %q%s of %s: its condition reads %s, which the run's event does not have\n\t\tcondition: %s\n\t\tevent.data: %s",
				wait.Name, at, e.ownID(wait.FunctionID), strings.Join(missing, " and "), optionsOf(wait.Opts).If, value(r.Events[0].Data))
		}
	}
}
