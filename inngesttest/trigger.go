package inngesttest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// Trigger sends an event that starts one function, and returns its run when
// the functions have come to rest: when it has completed, failed, or waits for
// time or an event. The event goes the way of every event: it is validated,
// and starts what it triggers. An event that starts no function or several
// fails the test; see TriggerAll and Function.
func (e *Env) Trigger(ev inngestkit.Event) *Run {
	e.t.Helper()
	runs := e.TriggerAll(ev)
	if len(runs) > 1 {
		ids := functionsOf(runs)
		e.t.Fatalf("inngesttest: %s starts %d functions: %s; write env.Function(%q).Trigger(…) for one of them, or env.TriggerAll(…)",
			ev.Event().Name, len(runs), strings.Join(ids, ", "), ids[0])
	}
	return runs[0]
}

// TriggerAll is Trigger for an event that starts several functions. It returns
// their runs in the order of the functions' ids.
func (e *Env) TriggerAll(ev inngestkit.Event) []*Run {
	e.t.Helper()
	runs := e.startedBy(e.sendOwn(ev)[0])
	if len(runs) == 0 && e.sentBefore(ev) {
		e.t.Fatalf("inngesttest: %s starts no function: an event with its id, %q, was sent before, and Inngest takes an id once in 24 hours\n\tgive it another id, or none", ev.Event().Name, *ev.Event().ID)
	}
	if len(runs) == 0 {
		e.t.Fatalf("inngesttest: %s starts no function: either none is triggered by it, or an expression or the limits of one keep it from starting\n%s\n\tIf it is to start later, as with a debounce or a batch, write env.Send(…), env.Advance(…) and then env.LastRun(…).", ev.Event().Name, e.triggers())
	}
	e.WaitUntilIdle()
	return runs
}

// sentBefore reports whether the test has sent an event's id before.
func (e *Env) sentBefore(ev inngestkit.Event) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	id, times := ev.Event().ID, 0
	for _, p := range e.posted {
		if id != nil && p.ID == *id {
			times++
		}
	}
	return times > 1
}

// Send sends events, at once, that resume the waits they match, and start the
// functions they trigger, if any. It returns when the functions have come to
// rest.
func (e *Env) Send(events ...inngestkit.Event) {
	e.t.Helper()
	if len(events) > 0 {
		e.sendOwn(events...)
	}
	e.WaitUntilIdle()
}

// Signal resumes the run that waits for the signal. Data is any JSON.
func (e *Env) Signal(signal string, data any) {
	e.t.Helper()
	e.needsVirtualTime("Signal")
	e.needsOpen()
	e.refuseReentry()
	raw, err := json.Marshal(data)
	if err == nil {
		_, err = e.engine.Signal(signal, raw)
	}
	switch {
	case errors.Is(err, engine.ErrNotFound):
		e.t.Fatalf("inngesttest: no run waits for the signal %q; let a function come to its step.WaitForSignal first", signal)
	case err != nil:
		e.t.Fatalf("inngesttest: signal %q: %v", signal, err)
	}
	e.WaitUntilIdle()
}

// sendOwn sends events of the test's own, and returns their ids.
func (e *Env) sendOwn(events ...inngestkit.Event) []string {
	e.t.Helper()
	e.needsOpen()
	e.refuseReentry()
	needEvents(e.t, events...)
	ctx := context.WithValue(context.Background(), ownKey{}, true)
	ids, err := e.app.Sender().Send(ctx, events...)
	if err != nil {
		names := make([]string, len(events))
		for i, ev := range events {
			names[i] = ev.Event().Name
		}
		e.t.Fatalf("inngesttest: %s cannot be sent: %v", strings.Join(names, ", "), err)
	}
	return ids
}

// startedBy are the runs that an event has started.
func (e *Env) startedBy(event string) []*Run {
	e.t.Helper()
	if e.real != nil {
		return e.real.startedBy(event)
	}
	ev, err := e.engine.Event(event)
	if err != nil {
		e.t.Fatalf("inngesttest: event %s: %v", event, err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	runs := make([]*Run, len(ev.RunIDs))
	for i, id := range ev.RunIDs {
		runs[i] = e.runs[id]
	}
	return runs
}

// triggers lists what starts the functions of the app.
func (e *Env) triggers() string {
	var lines []string
	for _, fn := range e.app.Functions() {
		for _, t := range fn.Triggers() {
			switch {
			case t.CronTrigger != nil:
				lines = append(lines, fmt.Sprintf("\t%s runs by schedule: env.Function(%q).TriggerCron()", fn.ID(), fn.ID()))
			case t.EventTrigger != nil && t.Expression != nil:
				lines = append(lines, fmt.Sprintf("\t%s is started by %s if %s", fn.ID(), t.Event, *t.Expression))
			case t.EventTrigger != nil:
				lines = append(lines, fmt.Sprintf("\t%s is started by %s", fn.ID(), t.Event))
			}
		}
	}
	if len(lines) == 0 {
		return "\tthe app has no functions; register them before inngesttest.New, with app.Register(…)"
	}
	return strings.Join(lines, "\n")
}

// Runs are all runs so far, in the order they began; with ids, those of the
// functions with these, which the app must have.
func (e *Env) Runs(functions ...string) []*Run {
	e.t.Helper()
	for _, id := range functions {
		if !hasFunction(e.app, id) {
			e.t.Fatalf("inngesttest: %s", noFunction(e.app, id))
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	var found []*Run
	for _, run := range e.began {
		if len(functions) == 0 || slices.ContainsFunc(functions, func(id string) bool { return e.means(id, run.function) }) {
			found = append(found, run)
		}
	}
	return found
}

// LastRun is the latest run of a function, which must have one.
func (e *Env) LastRun(function string) *Run {
	e.t.Helper()
	runs := e.Runs(function)
	if len(runs) == 0 {
		others := "no function has run"
		if all := e.Runs(); len(all) > 0 {
			others = "runs so far: " + strings.Join(functionsOf(all), ", ")
		}
		e.t.Fatalf("inngesttest: %s has not run; %s\n%s", function, others, e.triggers())
	}
	return runs[len(runs)-1]
}

// functionsOf are the ids of the functions of runs.
func functionsOf(runs []*Run) []string {
	ids := make([]string, len(runs))
	for i, run := range runs {
		ids[i] = run.Function()
	}
	return ids
}

// needEvents fails the test if one of the events is nil.
func needEvents(t testing.TB, events ...inngestkit.Event) {
	t.Helper()
	if slices.Contains(events, nil) {
		t.Fatal("inngesttest: the event is nil; give one such as OrderCreated.New(data)")
	}
}

// encode is an event as the engine takes it.
func (e *Env) encode(ev inngestkit.Event) wire.Event {
	e.t.Helper()
	needEvents(e.t, ev)
	out, err := asWire(ev)
	if err != nil {
		e.t.Fatalf("inngesttest: %s cannot be written as JSON: %v", ev.Event().Name, err)
	}
	return out
}

func asWire(ev inngestkit.Event) (wire.Event, error) {
	var out wire.Event
	raw, err := json.Marshal(ev)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	return out, err
}
