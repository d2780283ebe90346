package inngesttest_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// remind sends a reminder if an order is not confirmed within a day.
var remind = inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "remind"}, OrderCreated.Trigger(),
	func(ctx context.Context, _ inngestgo.Input[OrderData]) (any, error) {
		_, err := OrderConfirmed.Wait(ctx, "confirmed", day)
		if errors.Is(err, inngestkit.ErrWaitTimeout) {
			return "reminded", nil
		}
		return "confirmed in time", err
	})

func ExampleEnv_Advance() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.NewFunctions(t, remind)
	run := env.Trigger(order)
	run.RequireWaiting("confirmed")
	env.Advance(24 * time.Hour)

	fmt.Println(inngesttest.Output[string](run), "after", env.Elapsed())
	// Output: reminded after 24h0m0s
}

func ExampleEnv_Send() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.NewFunctions(t, remind)
	run := env.Trigger(order)
	env.Send(OrderConfirmed.New(OrderData{OrderID: "o1"}))

	fmt.Println(inngesttest.Output[string](run))
	// Output: confirmed in time
}

func ExampleEnv_Signal() {
	t := &exampleT{}
	defer t.end()

	approve := inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "approve"}, OrderCreated.Trigger(),
		func(ctx context.Context, _ inngestgo.Input[OrderData]) (any, error) {
			res, err := step.WaitForSignal[string](ctx, "approval", step.WaitForSignalOpts{Signal: "approve-o1", Timeout: time.Hour})
			return "approved by " + res.Data, err
		})
	env := inngesttest.NewFunctions(t, approve)
	run := env.Trigger(order)
	env.Signal("approve-o1", "ada")

	fmt.Println(inngesttest.Output[string](run))
	// Output: approved by ada
}

// With ManualRetries, a test can look at a run between two attempts.
func ExampleConfig_manualRetries() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.Config{ManualRetries: true}.NewFunctions(t, processOrder)
	env.Step("charge-card").Fails(errors.New("the bank is away")).Once()
	env.Step("charge-card").Returns(Payment{ID: "p1"})
	run := env.Trigger(order)
	fmt.Println("attempts at first:", run.Attempts("charge-card"))

	env.Advance(10 * time.Second) // the backoff of the first retry
	fmt.Println("attempts after 10s:", run.Attempts("charge-card"))
	// Output:
	// attempts at first: 1
	// attempts after 10s: 2
}

func ExampleConfig_start() {
	t := &exampleT{}
	defer t.end()

	report := inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "report"}, inngestkit.Cron("0 9 * * *"),
		func(context.Context, inngestgo.Input[map[string]any]) (any, error) { return "written", nil })
	env := inngesttest.Config{Start: time.Date(2030, 1, 1, 8, 0, 0, 0, time.UTC)}.NewFunctions(t, report)
	env.Advance(7 * 24 * time.Hour)

	fmt.Println(len(env.Runs("report")), "reports in a week")
	// Output: 7 reports in a week
}
