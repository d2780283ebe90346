// Package engine runs functions the way an Inngest server does: it takes
// events, starts runs, calls the app over the SDK protocol with memoised
// steps, and acts on what the app answers.
//
// With RealClock behind HTTP it is the dev server; with a VirtualClock and an
// in-process Transport it is a test kit in which three days of sleep take no
// time. It is for development and tests on one machine: everything is kept in
// memory, and bounded.
//
// State is guarded by one mutex that is never held during I/O. There is no
// background goroutine: work is started by whatever made it due (an event, an
// answer, a timer of the Clock), so an engine at rest costs nothing. Calls that
// wait for a worker or a limit are sent in the order in which their runs were
// started, moved by priority, and of one run in the order they were queued in.
//
// Facts about the protocol come from the public SDK specification; sections
// are named beside the code. Where it is silent, behaviour was observed on the
// official dev server.
package engine
