// Package inngesttest tests durable functions in milliseconds. The functions
// run for real, through the app's own webhook handler and over the real
// protocol, called by an engine in the same process that plays the Inngest
// server: no network, no ports, no sleeping.
//
//	env := inngesttest.New(t, app)
//	env.Step("charge-card").Returns(Payment{ID: "p1"})
//	run := env.Trigger(OrderCreated.New(data))
//	run.RequireCompleted()
//	receipt := inngesttest.Output[Receipt](run)
//
// # Time
//
// The test owns the clock: sleeps, timeouts of waits, the backoff of retries
// and schedules pass when Env.Advance says so, and 365 days take no longer
// than a second. Only retries need no word: Trigger and its like go through
// them, so that a run rests when it has completed, failed, or waits for time
// or an event.
//
// What moves is the engine's clock. Code that reads time.Now, and so
// step.SleepUntil and RetryAt with a time made from it, keeps to the machine's.
// Inside a bubble of testing/synctest the engine takes the bubble's clock, so
// that those move too.
//
// # Checks
//
// A test fails by itself when its functions take their steps in another order
// on replay, use a step id in two places, take steps inside steps or in
// goroutines, send events outside steps, leave goroutines behind, wait for an
// event that cannot come, or refuse an event as invalid; and when a mock was
// never asked. The message names the line to change. To see the first, some
// calls are repeated: code outside steps runs more often than in production,
// where it also runs at each step.
//
// Nothing here belongs into a program: the package imports testing.
package inngesttest
