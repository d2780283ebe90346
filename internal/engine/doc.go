// Package engine runs functions as an Inngest server does: it accepts events,
// starts runs, calls apps over the SDK protocol with memoised steps, and acts on
// their answers.
//
// With a [RealClock] behind HTTP it is the dev server. With a [VirtualClock] and
// an [InProcess] transport it is a test kit, in which three days of sleep take no
// time. It is for development and tests on one machine. All state is in memory;
// finished runs and events are bounded ([Config.Keep]). With a [Store] each
// change is also written down, so that another engine can continue.
//
// One mutex guards the state. It is never held during I/O. An event, an answer or
// a timer of the [Clock] makes work due, and the goroutine that delivers it also
// starts the work; each call in flight has a goroutine. An idle engine has no
// goroutine, except that an engine with a store has one, which commits.
//
// Calls that wait for a worker or a limit leave in the order in which their runs
// started, moved by priority; calls of one run leave in the order in which they
// became due.
//
// Facts about the protocol come from the public SDK specification; comments name
// its sections. Where it is silent, they come from observing the official dev
// server.
//
// The files' prefixes name the parts:
//
//	app_       registered apps, functions and triggers
//	call_      requests to apps: building, answers, retries
//	endpoint_  runs that an app's HTTP endpoint begins
//	event_     accepting events and remembering them
//	flow_      flow control: what limits, delays, merges or cancels runs
//	run_       a run from its start to its end
//	step_      each kind of step
//	store_     the journal, the records in a store, and restoring them
//	view_      copies of the state for readers
package engine
