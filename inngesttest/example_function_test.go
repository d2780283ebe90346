package inngesttest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

func ExampleFunction_TriggerCron() {
	t := &exampleT{}
	defer t.end()

	report := inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "report"}, inngestkit.Cron("0 9 * * *"),
		func(ctx context.Context, _ inngestgo.Input[map[string]any]) (any, error) { return do(ctx, "write") })
	run := inngesttest.NewFunctions(t, report).Function("report").TriggerCron()

	fmt.Println(inngesttest.Output[string](run))
	// Output: did write
}

func ExampleFunction_TriggerBatch() {
	t := &exampleT{}
	defer t.end()

	ship := inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "ship"}, OrderCreated.Trigger(),
		func(_ context.Context, in inngestgo.Input[OrderData]) (any, error) { return len(in.Events), nil })
	run := inngesttest.NewFunctions(t, ship).Function("ship").TriggerBatch(order, order, order)

	fmt.Println(inngesttest.Output[int](run), "orders")
	// Output: 3 orders
}

func ExampleFunction_Invoke() {
	t := &exampleT{}
	defer t.end()

	ship := inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "ship"}, OrderCreated.Trigger(),
		func(_ context.Context, in inngestgo.Input[OrderData]) (any, error) {
			return "shipped " + in.Event.Data.OrderID, nil
		})
	run := inngesttest.NewFunctions(t, ship).Function("ship").Invoke(OrderData{OrderID: "o1"})

	fmt.Println(inngesttest.Output[string](run))
	// Output: shipped o1
}

func ExampleFunction_StoredError() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.NewFunctions(t, processOrder)
	run := env.Function("process-order").StoredError("charge-card", errors.New("the card is blocked")).Trigger(order)

	fmt.Println(run.Err())
	// Output: Error: unhandled step error: the card is blocked
}

func ExampleFunction_RunAttempt() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.NewFunctions(t, processOrder)
	run := env.Function("process-order").RunAttempt(order)
	fmt.Println(run.Status(), run.Attempts("charge-card"))

	env.AdvanceToEnd(run)
	fmt.Println(run.Status(), run.Attempts("charge-card"))
	// Output:
	// Running 1
	// Failed 5
}
