package inngesttest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// why says why a run goes on waiting, with advice, or why it failed, beyond its error.
func (r *Run) why() string {
	v := r.view()
	r.env.mu.Lock()
	note := r.note
	r.env.mu.Unlock()
	if note != "" {
		note += "\n"
	}
	switch v.Status {
	case Running:
	case Scheduled:
		return "a limit of its function keeps it from starting; advance the clock, or end other runs\n"
	case Failed:
		return note + r.env.whyFailed(r, v)
	default:
		return note
	}
	var lines []string
	for _, s := range v.Steps {
		if s.Ended.IsZero() {
			lines = append(lines, r.env.whyStep(v, s))
		}
	}
	if len(lines) == 0 {
		lines = append(lines, "it waits for its next attempt"+r.env.virtually("; advance the clock with env.Advance"))
	}
	return note + strings.Join(slices.Compact(lines), "\n") + "\n"
}

// whyFailed names the place of a step that no server would accept, with advice.
func (e *Env) whyFailed(r *Run, v engine.Run) string {
	if v.Error.Name == "InvalidStep" {
		return fmt.Sprintf("the step is at %s\n", r.trail.last())
	}
	if v.Error.Name == "ValidationError" {
		return r.mockedWait(v)
	}
	for _, s := range v.Steps {
		failed := failureOf(s.Result)
		if s.Op != wire.OpInvokeFunction || failed == nil || !strings.HasPrefix(failed.Message, "could not find function") {
			continue
		}
		called := r.invoked(s)
		advice := noFunction(e.app, called) + fmt.Sprintf("\n\tfix the id; or mock a function of another app: env.Step(%q).Returns(…)", s.Name)
		if fn, ok := functionOf(e.app, called); ok {
			advice = fmt.Sprintf("step.Invoke takes a function's full id\n\twrite %q", e.wired.ID+"-"+fn.ID())
		}
		return fmt.Sprintf("it invokes %s at %q%s, and %s\n", called, s.Name, e.placeOf(v, s), advice)
	}
	return ""
}

// mockedWait names the mock that has answered the run's latest wait, if one has: its
// data may be invalid.
func (r *Run) mockedWait(v engine.Run) string {
	r.env.mu.Lock()
	defer r.env.mu.Unlock()
	for _, s := range slices.Backward(v.Steps) {
		if m := r.mocked[s.ID]; m != nil && s.Op == wire.OpWaitForEvent {
			return fmt.Sprintf("the wait %q got its event from %s; fix that if its data is invalid\n", s.Name, m)
		}
	}
	return ""
}

// whyStep says why a step is open, with advice.
func (e *Env) whyStep(v engine.Run, s engine.Step) string {
	at := e.placeOf(v, s)
	left := duration(cmp.Or(s.Awaits.Until, s.Tried).Sub(e.Now()).Round(time.Millisecond))
	timeOut := fmt.Sprintf("; or make it time out: env.Advance(%s)", left)
	switch s.Op {
	case wire.OpSleep:
		return fmt.Sprintf("it sleeps at %q%s", s.Name, at) + e.virtually("; advance the clock: env.Advance("+left+")")
	case wire.OpWaitForEvent:
		return fmt.Sprintf("it waits at %q%s for %s\n%s", s.Name, at, s.Awaits.Event, e.whyWait(v, s)) + e.virtually(timeOut)
	case wire.OpWaitForSignal:
		return fmt.Sprintf("it waits at %q%s for the signal %q", s.Name, at, s.Awaits.Signal) +
			e.virtually(fmt.Sprintf("\n\tsend it with env.Signal(%q, …)", s.Awaits.Signal)+timeOut)
	case wire.OpInvokeFunction:
		return fmt.Sprintf("it waits at %q%s for the run of %s that it invoked%s", s.Name, at, s.Awaits.Function, e.whyInvoked(v.ID, s.Awaits.Function))
	}
	return fmt.Sprintf("it waits for the next attempt of %q%s", s.Name, at) + e.virtually("; advance the clock with env.Advance")
}

// whyInvoked says why the invoked run is open.
func (e *Env) whyInvoked(by, function string) string {
	runs := e.Runs()
	first := slices.IndexFunc(runs, func(r *Run) bool { return r.id == by })
	for _, r := range slices.Backward(runs[first+1:]) {
		v := r.view()
		i := slices.IndexFunc(v.Steps, func(s engine.Step) bool { return s.Ended.IsZero() })
		if r.function == function && !v.Status.Final() && i >= 0 {
			return "; in that run " + e.whyStep(v, v.Steps[i])
		}
	}
	return ""
}

// virtually returns a hint that needs virtual time, or nothing with a real server.
func (e *Env) virtually(hint string) string {
	if e.real != nil {
		return ""
	}
	return hint
}

// placeOf returns the place of a step in brackets, or nothing if it is not known. No
// call of the run may be in flight.
func (e *Env) placeOf(v engine.Run, s engine.Step) string {
	e.mu.Lock()
	run := e.runs[v.ID]
	e.mu.Unlock()
	if first := run.trail.byName[s.Name]; first != nil && first.site != nil {
		return fmt.Sprintf(" (%s)", first.site)
	}
	return ""
}

// duration returns a duration as Go code.
func duration(d time.Duration) string {
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{time.Hour, "Hour"}, {time.Minute, "Minute"}, {time.Second, "Second"}} {
		if d > 0 && d%unit.of == 0 {
			return fmt.Sprintf("%d*time.%s", d/unit.of, unit.name)
		}
	}
	return fmt.Sprintf("%d*time.Millisecond", max(d.Milliseconds()+1, 1))
}
