package inngestkit_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// New and Register report all mistakes at once.
func ExampleConfigError() {
	_, err := inngestkit.New(inngestkit.Config{AppID: "my shop", DevServerURL: "127.0.0.1:8288"})
	fmt.Println(err)

	if first, ok := errors.AsType[*inngestkit.ConfigError](err); ok {
		fmt.Println(first.Where)
	}
	// Output:
	// inngestkit: Config.AppID is "my shop": an id holds no spaces and at most 128 characters; write "my-shop"
	// inngestkit: Config.DevServerURL is "127.0.0.1:8288": it is not an http or https URL; write one such as "http://127.0.0.1:8288"
	// Config.AppID
}

func ship(_ context.Context, in inngestgo.Input[InvoicePaidData]) (any, error) {
	return "shipped " + in.Event.Data.InvoiceID, nil
}

// orders is a service that has functions.
type orders struct{}

func (orders) Functions() []inngestkit.Function {
	return []inngestkit.Function{
		inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "ship"}, InvoicePaid.Trigger(), ship),
	}
}

// Register takes single functions, and services that have a method Functions.
func ExampleApp_Register() {
	app := newExampleApp()
	err := app.Register(orders{}, inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "thank"}, InvoicePaid.Trigger(), ship))
	fmt.Println(err)
	for _, f := range app.Registered() {
		fmt.Println(f.ID())
	}
	// Output:
	// <nil>
	// ship
	// thank
}
