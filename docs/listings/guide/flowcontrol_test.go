package guide_test

import (
	"fmt"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// The listing of docs/flowcontrol.md.
func Example_flowControl() {
	opts := inngestgo.FunctionOpts{
		ID: "render",
		Concurrency: &inngestgo.ConfigConcurrency{Step: []inngestgo.ConfigStepConcurrency{
			inngestkit.StepConcurrency(10, inngestkit.ConcurrencyFunction, ""),                // of this function
			inngestkit.StepConcurrency(2, inngestkit.ConcurrencyEnv, "event.data.customerId"), // of all functions with this key
		}},
		Singleton: inngestkit.Singleton(inngestkit.SingletonSkip, "event.data.orderId"), // or SingletonCancel
	}
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev})
	if err != nil {
		panic(err)
	}
	fmt.Println(app.Register(inngestkit.NewFunction(opts, OrderCreated.Trigger(), processOrder)))
	// Output: <nil>
}
