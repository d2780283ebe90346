package inngesttest

import (
	"slices"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// Function starts one function of the app, whatever its triggers are. Get one from
// [Env.Function]. Attempt, Stored and StoredError return changed copies; the other
// methods start a run and return when the functions are idle.
type Function struct {
	env     *Env
	full    string
	attempt int
	stored  []storedStep
	fn      inngestkit.Function
}

// Function returns the function with an id, its own or its full one. It fails the
// test if the app has no such function.
func (e *Env) Function(id string) Function {
	e.t.Helper()
	e.needsVirtualTime("Function")
	fn, ok := functionOf(e.app, id)
	if !ok {
		e.t.Fatalf("inngesttest: %s", noFunction(e.app, id))
	}
	return Function{env: e, fn: fn, full: e.wired.ID + "-" + fn.ID()}
}

// Attempt sets the attempt number of the run's first call, counted from zero.
// Defaults to 0.
func (f Function) Attempt(n int) Function {
	f.env.t.Helper()
	if n < 0 {
		f.env.t.Fatalf("inngesttest: Attempt(%d): attempts are counted from zero", n)
	}
	f.attempt = n
	return f
}

// Trigger starts the function with an event, and no other function. The event goes
// to the webhook without validation by the sender, so a test can see how the
// function treats an invalid one.
func (f Function) Trigger(ev inngestkit.Event) *Run {
	f.env.t.Helper()
	return f.run(f.env.encode(ev))
}

// TriggerBatch starts the function with a batch of events.
func (f Function) TriggerBatch(events ...inngestkit.Event) *Run {
	f.env.t.Helper()
	all := make([]wire.Event, len(events))
	for i, ev := range events {
		all[i] = f.env.encode(ev)
	}
	return f.run(all...)
}

// TriggerCron starts the function as its cron trigger does. It fails the test if
// the function has none.
func (f Function) TriggerCron() *Run {
	f.env.t.Helper()
	for _, t := range f.fn.Triggers() {
		if t.CronTrigger != nil {
			now := f.env.Now()
			return f.run(wire.Event{Name: wire.EventCronTick, Data: wire.CronTick(t.Cron, now, now)})
		}
	}
	f.env.t.Fatalf("inngesttest: %s has no cron trigger; start it with Trigger or Invoke", f.fn.ID())
	return nil
}

// Invoke starts the function with data, as step.Invoke in another function does.
func (f Function) Invoke(data any) *Run {
	f.env.t.Helper()
	return f.run(f.env.encode(inngestgo.GenericEvent[any]{Name: wire.EventFunctionInvoked, Data: data}))
}

func (f Function) run(events ...wire.Event) *Run {
	f.env.t.Helper()
	run := f.start(events)
	f.env.WaitUntilIdle()
	return run
}

func (f Function) start(events []wire.Event) *Run {
	f.env.t.Helper()
	f.env.needsOpen()
	f.env.refuseReentry()
	id, err := f.env.engine.Start(engine.StartRequest{Function: f.full, Events: events, Steps: f.storing(), Attempt: f.attempt})
	if err != nil {
		f.env.t.Fatalf("inngesttest: %s cannot be started: %v", f.fn.ID(), err)
	}
	f.env.mu.Lock()
	defer f.env.mu.Unlock()
	return f.env.runs[id]
}

// RunAttempt is like [Function.Trigger], but stops after the first attempt that
// fails: the run then waits for [Env.Advance] before its retry. Until the run has
// ended, all retries of the Env do, as with [Config.ManualRetries].
func (f Function) RunAttempt(ev inngestkit.Event) *Run {
	f.env.t.Helper()
	run := f.start([]wire.Event{f.env.encode(ev)})
	f.env.attempts = append(f.env.attempts, run)
	f.env.WaitUntilIdle()
	return run
}

// byAttempt reports whether a run of RunAttempt has not ended yet.
func (e *Env) byAttempt() bool {
	return slices.ContainsFunc(e.attempts, func(r *Run) bool { return !r.Status().Final() })
}
