package inngesttest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

func ExampleMock_Fails() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.NewFunctions(t, processOrder)
	env.Step("charge-card").Fails(inngestgo.NoRetryError(errors.New("the card is blocked")))
	run := env.Trigger(order).RequireFailed("blocked")

	fmt.Println(run.Attempts("charge-card"), "attempt")
	// Output: 1 attempt
}

// A wait that fails with ErrWaitTimeout times out.
func ExampleMock_Fails_timeout() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.NewFunctions(t, remind)
	env.Step("confirmed").Fails(inngestkit.ErrWaitTimeout)
	run := env.Trigger(order)

	fmt.Println(inngesttest.Output[string](run), "after", env.Elapsed())
	// Output: reminded after 0s
}

// pages reads three pages in a loop.
var pages = inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "pages"}, OrderCreated.Trigger(),
	func(ctx context.Context, _ inngestgo.Input[OrderData]) (any, error) {
		var all []string
		for range 3 {
			page, err := do(ctx, "read-page")
			if err != nil {
				return nil, err
			}
			all = append(all, page)
		}
		return all, nil
	})

func ExampleMock_AtIndex() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.NewFunctions(t, pages)
	env.Step("read-page").AtIndex(1).Returns("the second page")
	env.Step("read-page").Returns("another page")
	run := env.Trigger(order)

	fmt.Println(inngesttest.Output[[]string](run))
	// Output: [another page the second page another page]
}

// Several outputs are used one after the other.
func ExampleMock_Returns_several() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.NewFunctions(t, pages)
	env.Step("read-page").Returns("one", "two", "three")
	run := env.Trigger(order)

	fmt.Println(inngesttest.Output[[]string](run))
	// Output: [one two three]
}

// With MocksOnly, a step without a mock fails the test, and its code does not run.
func ExampleConfig_mocksOnly() {
	t := &exampleT{} // prints the failures of a test
	defer t.end()

	env := inngesttest.Config{MocksOnly: true}.NewFunctions(t, processOrder)
	env.Trigger(order)
	// Output:
	// inngesttest: the step "charge-card" of process-order has no mock, and Config.MocksOnly is set
	// 	write env.Step("charge-card").Returns(…)
}
