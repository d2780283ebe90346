package shop

import (
	"context"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

type orders Services

// Functions returns the order workflow.
func (o orders) Functions() []inngestkit.Function {
	return inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "process-order"}, OrderCreated.Trigger(), o.process).Functions()
}

func (o orders) process(ctx context.Context, in inngestgo.Input[OrderData]) (any, error) {
	order := in.Event.Data
	inStock, err := step.Run(ctx, "check-inventory", func(context.Context) (bool, error) { return true, nil })
	if err != nil {
		return nil, err
	}
	if !inStock {
		return "out of stock", nil
	}
	payment, err := step.Run(ctx, "charge-card", func(ctx context.Context) (Payment, error) { return o.Charge(ctx, order) })
	if err != nil {
		return nil, err
	}
	_, err = OrderConfirmed.Send(ctx, "confirm", ConfirmedData{order.OrderID, payment.ID})
	return "confirmed", err
}
