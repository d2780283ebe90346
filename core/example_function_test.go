package inngestkit_test

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

func ExampleNewFunction() {
	remind := inngestkit.NewFunction(
		inngestgo.FunctionOpts{ID: "remind", Name: "Remind of an invoice"},
		InvoiceSent.Trigger(inngestkit.If("event.data.total > 10")),
		func(ctx context.Context, in inngestgo.Input[InvoiceSentData]) (any, error) {
			return "reminded " + in.Event.Data.Email, nil
		},
	)
	app := newExampleApp()
	if err := app.Register(remind); err != nil {
		fmt.Println(err)
	}
	call(app, "shop-remind", `{"name":"invoice.sent","data":{"invoiceId":"i-7","email":"ada@example.com","total":12.5}}`)
	call(app, "shop-remind", `{"name":"invoice.sent","data":{"invoiceId":"i-7","email":"ada","total":12.5}}`)
	// Output:
	// 200 "reminded ada@example.com"
	// 400 {"name":"ValidationError","message":"event invoice.sent: validation failed: email: must be a valid email address"}
}

func ExampleWithOnFailure() {
	charge := inngestkit.NewFunction(
		inngestgo.FunctionOpts{ID: "charge"}, InvoiceSent.Trigger(),
		func(ctx context.Context, in inngestgo.Input[InvoiceSentData]) (any, error) {
			return nil, errors.New("card declined")
		},
		inngestkit.WithOnFailure(func(ctx context.Context, f inngestkit.Failure[InvoiceSentData]) error {
			fmt.Printf("%s of %s failed: %v\n", f.FunctionID, f.Event.Data.InvoiceID, f.Error)
			return nil
		}),
	)
	call(newExampleApp(charge), "shop-charge-failure", `{"name":"inngest/function.failed","data":{
		"error":{"name":"Error","message":"card declined"},
		"event":{"name":"invoice.sent","data":{"invoiceId":"i-7"}},
		"function_id":"shop-charge","run_id":"run-1"}}`)
	// Output:
	// shop-charge of i-7 failed: card declined
	// 200 null
}

// InvalidSkip completes the run of an invalid event without running the
// function.
func ExampleWithOnInvalid() {
	count := inngestkit.NewFunction(
		inngestgo.FunctionOpts{ID: "count"}, InvoiceSent.Trigger(),
		func(ctx context.Context, in inngestgo.Input[InvoiceSentData]) (any, error) {
			return "counted " + in.Event.Data.InvoiceID, nil
		},
		inngestkit.WithOnInvalid(inngestkit.InvalidSkip),
	)

	t := &exampleT{} // in a test, its *testing.T
	defer t.end()
	env := inngesttest.NewFunctions(t, count)
	for _, email := range []string{"ada@example.com", "nobody"} {
		run := env.Function("count").Trigger(InvoiceSent.New(InvoiceSentData{InvoiceID: "i-7", Email: email, Total: 12.5}))
		fmt.Println(run.Status(), string(run.Output()))
	}
	// Output:
	// Completed "counted i-7"
	// Completed null
}

// A call that exceeds the timeout is answered with an error, and Inngest makes
// it again.
func ExampleWithCallTimeout() {
	convert := inngestkit.NewFunction(
		inngestgo.FunctionOpts{ID: "convert"}, InvoiceSent.Trigger(),
		func(ctx context.Context, in inngestgo.Input[InvoiceSentData]) (any, error) {
			<-ctx.Done() // a service that answers too late
			return in.Event.Data.Total * 1.1, nil
		},
		inngestkit.WithCallTimeout(time.Millisecond),
	)
	call(newExampleApp(convert), "shop-convert", `{"name":"invoice.sent","data":{"invoiceId":"i-7","email":"ada@example.com","total":12.5}}`)
	// Output: 500 {"name":"CallInterrupted","message":"the call ended before its function did: the function exceeded its call timeout"}
}

func ExampleAdopt() {
	// A program without inngestkit has these two.
	client, err := inngestgo.NewClient(inngestgo.ClientOpts{AppID: "shop", Dev: new(true)})
	if err != nil {
		panic(err)
	}
	old, err := inngestgo.CreateFunction(client,
		inngestgo.FunctionOpts{ID: "archive"}, inngestgo.EventTrigger("invoice.sent", nil),
		func(ctx context.Context, in inngestgo.Input[map[string]any]) (any, error) {
			return step.Run(ctx, "store", func(ctx context.Context) (any, error) { return in.Event.Data["invoiceId"], nil })
		})
	if err != nil {
		panic(err)
	}

	app := newExampleApp(inngestkit.Adopt(old))
	for _, f := range app.Registered() {
		fmt.Println(f.ID(), f.Triggers()[0].Event)
	}
	// Output:
	// archive invoice.sent
}
