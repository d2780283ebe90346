package adaptertest

import (
	"context"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// order is the data of the suite's event.
type order struct {
	ID   string `json:"id" validate:"required"`
	Note string `json:"note,omitempty"`
}

var orderPlaced = inngestkit.DefineEvent[order]("adaptertest/order.placed")

// shop returns the functions of the application.
func shop() []inngestkit.Source {
	return []inngestkit.Source{
		function("charge", func(ctx context.Context, in inngestgo.Input[order]) (any, error) {
			id, err := step.Run(ctx, "charge", func(context.Context) (string, error) { return in.Event.Data.ID, nil })
			return "charged " + id, err
		}),
		function("note", func(_ context.Context, in inngestgo.Input[order]) (any, error) {
			return in.Event.Data.Note, nil
		}),
		function("tenant", func(ctx context.Context, _ inngestgo.Input[order]) (any, error) {
			return ctx.Value(TenantKey{}), nil
		}),
		function("panic", func(context.Context, inngestgo.Input[order]) (any, error) {
			panic("the shop burns")
		}),
	}
}

func function(id string, handler inngestgo.SDKFunction[order]) inngestkit.Function {
	return inngestkit.NewFunction(inngestgo.FunctionOpts{ID: id}, orderPlaced.Trigger(), handler)
}

// slow returns a function that closes started and then waits for finish.
func slow(started, finish chan struct{}) inngestkit.Function {
	return function("slow", func(context.Context, inngestgo.Input[order]) (any, error) {
		close(started)
		<-finish
		return "done", nil
	})
}
