package shop

import (
	"context"
	"errors"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

const (
	soldOut      = "sold-out" // a product that is never in stock
	paymentLimit = 10_000     // the bank refuses a larger payment
)

// Orders takes orders from creation to confirmation.
type Orders struct{}

// Result is the output of the order workflow.
type Result struct {
	// Status is confirmed, out-of-stock or payment-failed.
	Status string `json:"status"`
	// PaymentID is empty unless the order is confirmed.
	PaymentID string `json:"paymentId,omitempty"`
}

// Functions returns the order workflow. It makes Orders a source of functions.
func (o Orders) Functions() []inngestkit.Function {
	return []inngestkit.Function{
		inngestkit.NewFunction(
			inngestgo.FunctionOpts{ID: "process-order-workflow", Name: "Process order"},
			OrderCreated.Trigger(), o.process,
			inngestkit.WithOnFailure(o.failed),
		),
	}
}

// process takes an order from top to bottom. Each step runs once, however often
// Inngest calls the function.
func (o Orders) process(ctx context.Context, in inngestgo.Input[OrderData]) (any, error) {
	order := in.Event.Data

	if _, err := step.Run(ctx, "validate-order", func(context.Context) (int, error) { return o.countUnits(order) }); err != nil {
		return nil, err
	}
	inStock, err := step.Run(ctx, "check-inventory", func(context.Context) (bool, error) { return o.inStock(order), nil })
	if err != nil {
		return nil, err
	}
	if !inStock {
		_, err := OrderOutOfStock.Send(ctx, "send-out-of-stock", OrderRefusedData{OrderID: order.OrderID})
		return Result{Status: "out-of-stock"}, err
	}
	paymentID, err := step.Run(ctx, "take-payment", func(context.Context) (string, error) { return o.pay(order), nil })
	if err != nil {
		return nil, err
	}
	if paymentID == "" {
		_, err := OrderPaymentFailed.Send(ctx, "send-payment-failed", OrderRefusedData{OrderID: order.OrderID})
		return Result{Status: "payment-failed"}, err
	}
	if _, err := step.Run(ctx, "reserve-inventory", func(context.Context) (string, error) { return "reserved-" + order.OrderID, nil }); err != nil {
		return nil, err
	}
	if _, err := step.Run(ctx, "confirm-order", func(context.Context) (string, error) { return "confirmed-" + order.OrderID, nil }); err != nil {
		return nil, err
	}
	_, err = OrderConfirmed.Send(ctx, "send-confirmed", OrderConfirmedData{OrderID: order.OrderID, PaymentID: paymentID})
	return Result{Status: "confirmed", PaymentID: paymentID}, err
}

var errNoUnits = errors.New("an order of nothing")

func (Orders) countUnits(order OrderData) (units int, err error) {
	for _, item := range order.Items {
		units += item.Quantity
	}
	if units == 0 {
		return 0, inngestgo.NoRetryError(errNoUnits)
	}
	return units, nil
}

func (Orders) inStock(order OrderData) bool {
	for _, item := range order.Items {
		if item.ProductID == soldOut {
			return false
		}
	}
	return true
}

// pay returns the payment's id, or an empty one if the bank refuses.
func (Orders) pay(order OrderData) string {
	if order.Total > paymentLimit {
		return ""
	}
	return "payment-" + order.OrderID
}

func (Orders) failed(ctx context.Context, f inngestkit.Failure[OrderData]) error {
	_, err := step.Run(ctx, "tell-support", func(ctx context.Context) (string, error) {
		inngestkit.Logger(ctx).Error("an order could not be processed", "order", f.Event.Data.OrderID, "run", f.RunID, "error", f.Error.Name)
		return "told", nil
	})
	return err
}
