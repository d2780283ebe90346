package inngestkit_test

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// Ten steps of the function run at once, and two of each customer.
func ExampleStepConcurrency() {
	limits := []inngestgo.ConfigStepConcurrency{
		inngestkit.StepConcurrency(10, inngestkit.ConcurrencyFunction, ""),
		inngestkit.StepConcurrency(2, inngestkit.ConcurrencyFunction, "event.data.email"),
	}
	render := inngestkit.NewFunction(
		inngestgo.FunctionOpts{ID: "render", Concurrency: &inngestgo.ConfigConcurrency{Step: limits}},
		InvoiceSent.Trigger(),
		func(ctx context.Context, in inngestgo.Input[InvoiceSentData]) (any, error) {
			return step.Run(ctx, "render", func(context.Context) (string, error) { return in.Event.Data.InvoiceID + ".pdf", nil })
		},
	)

	t := &exampleT{} // in a test, its *testing.T
	defer t.end()
	env := inngesttest.NewFunctions(t, render)
	env.Send(anInvoice, anInvoice, anInvoice)
	for _, run := range env.Runs() {
		fmt.Println(inngesttest.Output[string](run))
	}
	// Output:
	// i-7.pdf
	// i-7.pdf
	// i-7.pdf
}

// Each customer has one run at a time. A new invoice takes the place of the one
// before it.
func ExampleSingleton() {
	remind := inngestkit.NewFunction(
		inngestgo.FunctionOpts{ID: "remind", Singleton: inngestkit.Singleton(inngestkit.SingletonCancel, "event.data.email")},
		InvoiceSent.Trigger(),
		func(ctx context.Context, in inngestgo.Input[InvoiceSentData]) (any, error) {
			step.Sleep(ctx, "wait", 7*24*time.Hour)
			return "reminded of " + in.Event.Data.InvoiceID, nil
		},
	)

	t := &exampleT{}
	defer t.end()
	env := inngesttest.NewFunctions(t, remind)
	env.Trigger(anInvoice)
	env.Trigger(InvoiceSent.New(InvoiceSentData{InvoiceID: "i-8", Email: "ada@example.com", Total: 20}))
	env.Advance(7 * 24 * time.Hour)
	for _, run := range env.Runs() {
		fmt.Printf("%s %s\n", run.Status(), cmp.Or(string(run.Output()), "without an output"))
	}
	// Output:
	// Cancelled without an output
	// Completed "reminded of i-8"
}
