package inngestkit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/validate"
)

type InvoiceSentData struct {
	InvoiceID string  `json:"invoiceId" validate:"required"`
	Email     string  `json:"email"     validate:"required,email"`
	Total     float64 `json:"total"     validate:"gt=0"`
}

// Events are package-level variables.
var InvoiceSent = inngestkit.DefineEvent[InvoiceSentData]("invoice.sent")

// call plays Inngest: it calls a function of the app with an event.
func call(app *inngestkit.App, function, event string) {
	body := fmt.Sprintf(`{"event":%s,"events":[%[1]s],"steps":{},"ctx":{"run_id":"run-1"}}`, event)
	w := httptest.NewRecorder()
	app.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/api/inngest?stepId=step&fnId="+function, strings.NewReader(body)))
	fmt.Println(w.Code, string(bytes.TrimSpace(w.Body.Bytes())))
}

func newExampleApp() *inngestkit.App {
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		panic(err)
	}
	return app
}

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
	// 400 {"name":"ValidationError","message":"validation failed: email: must be a valid email address"}
}

func ExampleSender() {
	app := newExampleApp()
	// In a request handler: inngestgin.Send(c, …), or inngestkit.Send(ctx, …).
	_, err := app.Sender().Send(context.Background(), InvoiceSent.New(InvoiceSentData{InvoiceID: "i-7"}))

	if invalid, ok := errors.AsType[*validate.Error](err); ok {
		for _, field := range invalid.Fields {
			fmt.Println(field.Path, field.Message)
		}
	}
	if failed, ok := errors.AsType[*inngestkit.SendError](err); ok && failed.Retriable {
		fmt.Println("Inngest is away: try again later")
	}
	// Output:
	// email is a required field
	// total must be greater than 0
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
	app := newExampleApp()
	if err := app.Register(charge); err != nil {
		fmt.Println(err)
	}
	call(app, "shop-charge-failure", `{"name":"inngest/function.failed","data":{
		"error":{"name":"Error","message":"card declined"},
		"event":{"name":"invoice.sent","data":{"invoiceId":"i-7"}},
		"function_id":"shop-charge","run_id":"run-1"}}`)
	// Output:
	// shop-charge of i-7 failed: card declined
	// 200 null
}

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

func ExampleAdopt() {
	// What a program without inngestkit has.
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
	app := newExampleApp()
	if err := app.Register(inngestkit.Adopt(old)); err != nil {
		fmt.Println(err)
	}
	for _, f := range app.Registered() {
		fmt.Println(f.ID(), f.Triggers()[0].Event)
	}
	// Output:
	// archive invoice.sent
}
