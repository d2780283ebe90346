package inngestkit_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

func ExampleDefineEvent() {
	event := InvoiceSent.New(
		InvoiceSentData{InvoiceID: "i-7", Email: "ada@example.com", Total: 12.5},
		inngestkit.WithID("invoice-i-7"),
	)
	fmt.Println(event.Name, *event.ID)
	fmt.Println(InvoiceSent.Validate(InvoiceSentData{InvoiceID: "i-8", Email: "ada"}))
	// Output:
	// invoice.sent invoice-i-7
	// validation failed: email: must be a valid email address; total: must be greater than 0
}

type Draft struct {
	Title string `binding:"required" json:"title"`
}

// A type that Gin binds already has its rules in binding tags.
func ExampleWithTag() {
	saved := inngestkit.DefineEvent[Draft]("draft.saved", inngestkit.WithTag("binding"))
	fmt.Println(saved.Validate(Draft{}))
	// Output: validation failed: title: is a required field
}

// A function outside of its steps sends an event as a step, so that each replay
// finds it sent.
func ExampleEventType_Send() {
	settle := inngestkit.NewFunction(
		inngestgo.FunctionOpts{ID: "settle"}, InvoiceSent.Trigger(),
		func(ctx context.Context, in inngestgo.Input[InvoiceSentData]) (any, error) {
			_, err := InvoicePaid.Send(ctx, "report-payment", InvoicePaidData{InvoiceID: in.Event.Data.InvoiceID})
			return nil, err
		},
	)

	t := &exampleT{} // in a test, its *testing.T
	defer t.end()
	env := inngesttest.NewFunctions(t, settle)
	env.Trigger(anInvoice).RequireSteps("report-payment")
	fmt.Println(inngesttest.RequireSent(env, InvoicePaid).InvoiceID)
	// Output: i-7
}

// A handler of another type would not compile.
func ExampleEventType_Function() {
	thank := InvoicePaid.Function(
		inngestgo.FunctionOpts{ID: "thank"},
		func(ctx context.Context, in inngestgo.Input[InvoicePaidData]) (any, error) {
			return "thanks for paying " + in.Event.Data.InvoiceID, nil
		},
		inngestkit.WithIf("event.data.invoiceId != 'test'"),
	)

	t := &exampleT{}
	defer t.end()
	env := inngesttest.NewFunctions(t, thank)
	fmt.Println(inngesttest.Output[string](env.Trigger(InvoicePaid.New(InvoicePaidData{InvoiceID: "i-7"}))))
	// Output: thanks for paying i-7
}

// A function of a wildcard takes untyped events, and decodes those that it
// knows.
func ExampleEventType_Decode() {
	log := inngestkit.NewFunction(
		inngestgo.FunctionOpts{ID: "log"},
		inngestkit.DefineEvent[map[string]any]("invoice.*").Trigger(),
		func(ctx context.Context, in inngestgo.Input[map[string]any]) (any, error) {
			if paid, ok, err := InvoicePaid.Decode(in.Event); ok {
				return paid.Data.InvoiceID + " is paid", err
			}
			return in.Event.Name, nil
		},
	)

	t := &exampleT{}
	defer t.end()
	env := inngesttest.NewFunctions(t, log)
	fmt.Println(inngesttest.Output[string](env.Trigger(anInvoice)))
	fmt.Println(inngesttest.Output[string](env.Trigger(InvoicePaid.New(InvoicePaidData{InvoiceID: "i-7"}))))
	// Output:
	// invoice.sent
	// i-7 is paid
}

// A wait returns the event that it waited for, validated, or ErrWaitTimeout.
func ExampleEventType_Wait() {
	collect := inngestkit.NewFunction(
		inngestgo.FunctionOpts{ID: "collect"}, InvoiceSent.Trigger(),
		func(ctx context.Context, in inngestgo.Input[InvoiceSentData]) (any, error) {
			paid, err := InvoicePaid.Wait(ctx, "payment", 14*24*time.Hour,
				inngestkit.If("event.data.invoiceId == async.data.invoiceId"))
			if errors.Is(err, inngestkit.ErrWaitTimeout) {
				return "remind " + in.Event.Data.Email, nil
			}
			if err != nil {
				return nil, err
			}
			return paid.Data.InvoiceID + " is paid", nil
		},
	)

	t := &exampleT{}
	defer t.end()
	env := inngesttest.NewFunctions(t, collect)

	run := env.Trigger(anInvoice)
	env.Send(InvoicePaid.New(InvoicePaidData{InvoiceID: "i-8"})) // another invoice
	env.Send(InvoicePaid.New(InvoicePaidData{InvoiceID: "i-7"}))
	fmt.Println(inngesttest.Output[string](run))

	run = env.Trigger(anInvoice)
	env.Advance(14 * 24 * time.Hour)
	fmt.Println(inngesttest.Output[string](run))
	// Output:
	// i-7 is paid
	// remind ada@example.com
}
