package inngestkit_test

import (
	"context"
	"log/slog"
	"os"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// A function is called again after each step. Its logger writes each record
// once, with the app, function, run and attempt.
func ExampleLogger() {
	app, err := inngestkit.New(inngestkit.Config{
		AppID: "shop", Mode: inngestkit.ModeDev,
		Logger: slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: withoutTimeAndRun})),
	})
	if err != nil {
		panic(err)
	}
	if err := app.Register(inngestkit.NewFunction(
		inngestgo.FunctionOpts{ID: "send-invoice"}, InvoiceSent.Trigger(),
		func(ctx context.Context, in inngestgo.Input[InvoiceSentData]) (any, error) {
			inngestkit.Logger(ctx).Info("printing")
			_, err := step.Run(ctx, "print", func(context.Context) (string, error) { return "i-7.pdf", nil })
			inngestkit.Logger(ctx).Info("printed")
			return nil, err
		},
	)); err != nil {
		panic(err)
	}

	t := &exampleT{} // in a test, its *testing.T
	defer t.end()
	inngesttest.New(t, app).Trigger(anInvoice)
	// Output:
	// level=INFO msg=printing app=shop function=send-invoice attempt=0
	// level=INFO msg=printed app=shop function=send-invoice attempt=0
}

func withoutTimeAndRun(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey || a.Key == "run" {
		return slog.Attr{}
	}
	return a
}
