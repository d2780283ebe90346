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

// Trigger sends an event that starts one function, and returns its run when the
// functions are idle, as [Env.WaitUntilIdle] has it. The app's sender validates
// the event, as it does every event. Trigger fails the test if the event starts no
// function or several: for those, see [Env.TriggerAll] and [Env.Function].
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

// TriggerAll is like [Env.Trigger], for an event that starts several functions. It
// returns their runs in the order of the functions' ids.
func (e *Env) TriggerAll(ev inngestkit.Event) []*Run {
	e.t.Helper()
	runs := e.startedBy(e.sendOwn(ev)[0])
	if len(runs) == 0 && e.sentBefore(ev) {
		e.t.Fatalf("inngesttest: %s starts no function: an event with its id, %q, was sent before, and Inngest accepts an id once in 24 hours\n\tuse another id, or none", ev.Event().Name, *ev.Event().ID)
	}
	if len(runs) == 0 {
		e.t.Fatalf("inngesttest: %s starts no function: either no function has it as a trigger, or an expression or a limit of the function prevents the start\n%s\n\tIf the function starts later, as with a debounce or a batch, write env.Send(…), env.Advance(…) and then env.LastRun(…).", ev.Event().Name, e.triggers())
	}
	e.WaitUntilIdle()
	return runs
}

// sentBefore reports whether the test has sent an event with the same id before.
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

// Send sends events together. They end the waits that they match, cancel the runs
// that they cancel, and start the functions that they trigger, if any. Send returns
// when the functions are idle.
func (e *Env) Send(events ...inngestkit.Event) {
	e.t.Helper()
	if len(events) > 0 {
		e.sendOwn(events...)
	}
	e.WaitUntilIdle()
}

// Signal sends a signal, and returns when the functions are idle. The data, which
// is encoded as JSON, becomes the output of the step that waits for the signal.
// Signal fails the test if no run waits for it.
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
		e.t.Fatalf("inngesttest: no run waits for the signal %q; start a function that reaches its step.WaitForSignal first", signal)
	case err != nil:
		e.t.Fatalf("inngesttest: signal %q: %v", signal, err)
	}
	e.WaitUntilIdle()
}

// sendOwn sends events as the test, not as the app, and returns their ids.
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

// startedBy returns the runs that an event has started.
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

// triggers lists the triggers of the app's functions.
func (e *Env) triggers() string {
	var lines []string
	for _, fn := range e.app.Registered() {
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

// Runs returns all runs so far, in the order in which they began. With ids of
// functions, their own or their full ones, it returns the runs of those functions,
// and fails the test if the app has no such function.
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

// LastRun returns the latest run of a function, by the function's own id or its
// full one. It fails the test if the function has not run.
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

// functionsOf returns the ids of the functions of runs.
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
		t.Fatal("inngesttest: the event is nil; pass one such as OrderCreated.New(data)")
	}
}

// encode returns an event in the form that the engine accepts.
func (e *Env) encode(ev inngestkit.Event) wire.Event {
	e.t.Helper()
	needEvents(e.t, ev)
	out, err := asWire(ev)
	if err != nil {
		e.t.Fatalf("inngesttest: %s cannot be encoded as JSON: %v", ev.Event().Name, err)
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
