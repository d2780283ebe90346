package inngesttest_test

import (
	"context"
	"fmt"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// A mock that is never used fails the test. The message says what to change, and
// SkipChecks turns the check off.
func ExampleCheck() {
	t := &exampleT{} // prints the failures of a test

	env := inngesttest.NewFunctions(t, confirmOrder)
	env.Step("sned").Returns(nil)
	env.Trigger(order)
	env.Close() // as the end of the test does

	env = inngesttest.Config{SkipChecks: inngesttest.CheckMocks}.NewFunctions(t, confirmOrder)
	env.Step("sned").Returns(nil)
	env.Trigger(order)
	env.Close()
	// Output:
	// inngesttest: env.Step("sned") at inngesttest/example_check_test.go:21 was never used
	// 	the runs have the steps "send"; fix the id (or add .Optional())
}

func ExampleStepOrder() {
	t := &exampleT{}
	defer t.end()

	for _, o := range []inngesttest.StepOrder{inngesttest.ListedOrder(), inngesttest.ReverseOrder(), inngesttest.SeededOrder(1)} {
		var ran []string
		branch := func(id string) func(context.Context) (any, error) {
			return func(ctx context.Context) (any, error) {
				return step.Run(ctx, id, func(context.Context) (any, error) {
					ran = append(ran, id)
					return nil, nil
				})
			}
		}
		both := inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "both"}, OrderCreated.Trigger(),
			func(ctx context.Context, _ inngestgo.Input[OrderData]) (any, error) {
				return nil, group.Parallel(ctx, branch("a"), branch("b")).AnyError()
			})
		env := inngesttest.Config{StepOrder: o}.NewFunctions(t, both)
		env.Trigger(order).RequireCompleted()
		fmt.Println(o, ran)
	}
	// Output:
	// listed [a b]
	// reverse [b a]
	// random-1 [b a]
}
