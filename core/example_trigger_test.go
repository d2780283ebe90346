package inngestkit_test

import (
	"context"
	"fmt"
	"time"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

func ExampleCron() {
	report := inngestkit.NewFunction(
		inngestgo.FunctionOpts{ID: "weekly-report"},
		inngestkit.Cron("0 9 * * 1", inngestkit.WithZone("Europe/Berlin"), inngestkit.WithJitter(30*time.Second)),
		func(ctx context.Context, in inngestgo.Input[map[string]any]) (any, error) { return "sent", nil },
	)
	for _, trigger := range report.Triggers() {
		fmt.Println(trigger.Cron, *trigger.Jitter)
	}
	// Output:
	// TZ=Europe/Berlin 0 9 * * 1 30s
}

// A function of events of several types takes the fields that they share, or a
// map. The data of each event is validated by the event's own definition.
func ExampleAnyOf() {
	file := inngestkit.NewFunction(
		inngestgo.FunctionOpts{ID: "file"},
		inngestkit.AnyOf(InvoiceSent.Trigger(), InvoicePaid.Trigger()),
		func(ctx context.Context, in inngestgo.Input[InvoicePaidData]) (any, error) {
			return in.Event.Name + " of " + in.Event.Data.InvoiceID, nil
		},
	)

	t := &exampleT{} // in a test, its *testing.T
	defer t.end()
	env := inngesttest.NewFunctions(t, file)
	fmt.Println(inngesttest.Output[string](env.Trigger(anInvoice)))
	fmt.Println(inngesttest.Output[string](env.Trigger(InvoicePaid.New(InvoicePaidData{InvoiceID: "i-7"}))))
	// Output:
	// invoice.sent of i-7
	// invoice.paid of i-7
}

func ExampleIf() {
	approve := inngestkit.NewFunction(
		inngestgo.FunctionOpts{ID: "approve"},
		InvoiceSent.Trigger(inngestkit.If("event.data.total > 1000")),
		func(ctx context.Context, in inngestgo.Input[InvoiceSentData]) (any, error) {
			return "approve " + in.Event.Data.InvoiceID, nil
		},
	)

	t := &exampleT{}
	defer t.end()
	env := inngesttest.NewFunctions(t, approve)
	env.Send(
		InvoiceSent.New(InvoiceSentData{InvoiceID: "i-7", Email: "ada@example.com", Total: 12.5}),
		InvoiceSent.New(InvoiceSentData{InvoiceID: "i-8", Email: "ada@example.com", Total: 2000}),
	)
	for _, run := range env.Runs() {
		fmt.Println(inngesttest.Output[string](run))
	}
	// Output: approve i-8
}
