// Package guide_test compiles the listings of docs/guide.md and
// docs/flowcontrol.md.
package guide_test

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/devserver"
	"github.com/inngestkit/inngestkit/validate"
)

type Item struct {
	SKU string `json:"sku" validate:"required,sku"`
}

type OrderData struct {
	OrderID string  `json:"orderId" validate:"required"`
	Items   []Item  `json:"items"   validate:"required,min=1,dive"`
	Total   float64 `json:"total"   validate:"gt=0"`
}

var OrderCreated = inngestkit.DefineEvent[OrderData]("order.created")

var sku = regexp.MustCompile(`^[A-Z]-\d+$`)

func isSKU(field validator.FieldLevel) bool { return sku.MatchString(field.Field().String()) }

//nolint:gochecknoinits // the guide shows where rules are added before the first New
func init() {
	if err := validate.RegisterRule("sku", isSKU, "must be a stock keeping unit"); err != nil {
		panic(err)
	}
}

func processOrder(_ context.Context, in inngestgo.Input[OrderData]) (any, error) {
	return in.Event.Data.OrderID, nil
}

func orderFailed(context.Context, inngestkit.Failure[OrderData]) error { return nil }

func Example_rule() {
	fmt.Println(OrderCreated.Validate(OrderData{OrderID: "o-1", Items: []Item{{"book"}}, Total: 20}))
	// Output: validation failed: items[0].sku: must be a stock keeping unit
}

func Example_function() {
	fn := inngestkit.NewFunction(
		inngestgo.FunctionOpts{ID: "process-order", Retries: new(5)},
		OrderCreated.Trigger(inngestkit.If("event.data.total > 100")),
		processOrder,
		inngestkit.WithOnFailure(orderFailed),
		inngestkit.WithCallTimeout(2*time.Minute),
	)
	fmt.Println(fn.ID(), fn.Triggers()[0].Event)
	// Output: process-order order.created
}

func Example_local() {
	err := local(context.Background())
	fmt.Println(err)
	// Output: <nil>
}

func local(ctx context.Context) error {
	dev, err := devserver.Start(ctx, devserver.Config{Apps: []string{"http://127.0.0.1:8080/api/inngest"}, Addr: "127.0.0.1:0"})
	if err != nil {
		return err
	}
	defer dev.Close()
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", DevServerURL: dev.URL()})
	if err != nil {
		return err
	}
	return app.Shutdown(ctx)
}
