package shop

import (
	"context"
	"slices"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

type trips struct{}

// Functions returns the saga.
func (t trips) Functions() []inngestkit.Function {
	return inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "book-trip"}, TripRequested.Trigger(), t.book).Functions()
}

// book books one part after the other. If a booking fails, it cancels those before.
func (trips) book(ctx context.Context, in inngestgo.Input[TripData]) (any, error) {
	var booked []string
	for _, part := range []string{"flight", "hotel", "car"} {
		_, err := step.Run(ctx, "book-"+part, func(context.Context) (string, error) { return part + " of " + in.Event.Data.TripID, nil })
		if err == nil {
			booked = append(booked, part)
			continue
		}
		for _, part := range slices.Backward(booked) {
			if _, err := step.Run(ctx, "cancel-"+part, func(context.Context) (string, error) { return "cancelled", nil }); err != nil {
				return nil, err
			}
		}
		return nil, inngestgo.NoRetryError(err)
	}
	return booked, nil
}
