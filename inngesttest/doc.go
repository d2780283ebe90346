// Package inngesttest tests durable functions in milliseconds. The functions
// run for real: an engine in the same process plays the Inngest server and calls
// them through the app's webhook handler, over the real protocol. There is no
// network, no port and no waiting.
//
//	env := inngesttest.New(t, app)
//	env.Step("charge-card").Returns(Payment{ID: "p1"})
//	run := env.Trigger(OrderCreated.New(data))
//	run.RequireCompleted()
//	receipt := inngesttest.Output[Receipt](run)
//
// # Time
//
// The test owns the clock. Sleeps, timeouts of waits and schedules happen when
// [Env.Advance] moves it, and 365 days take less than a second. Retries are the
// exception: [Env.Trigger] and the other methods that start runs also move the
// clock past the backoff of retries. They return when the functions are idle:
// when each run has completed, failed, been cancelled, or waits for time, an
// event or another run.
//
// The engine's clock moves, and the machine's does not. Code that calls time.Now
// sees the machine's time, and so do step.SleepUntil and RetryAtError with a time
// computed from it. In a bubble of testing/synctest, the engine uses the bubble's
// clock, and all of them move together.
//
// # Checks
//
// A test fails, with the line to change, if a function
//   - takes its steps in another order when it is replayed,
//   - uses a step id in two places,
//   - takes a step inside another step, or in a goroutine,
//   - sends an event outside its steps,
//   - leaves a goroutine behind,
//   - waits for an event that cannot arrive, or
//   - refuses an event as invalid,
//
// and if a mock or a fault is never used. [Config.SkipChecks] turns checks off.
// To find steps in another order, the kit repeats some calls of a function. Code
// outside steps therefore runs more often than in production, where it also runs
// at each step.
//
// The package imports testing: do not import it in a program.
package inngesttest
