package shop

import (
	"context"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

type reports struct{}

// Functions returns the nightly report.
func (r reports) Functions() []inngestkit.Function {
	return inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "nightly-report"}, inngestkit.Cron("0 3 * * *"), r.write).Functions()
}

func (reports) write(ctx context.Context, _ inngestgo.Input[map[string]any]) (any, error) {
	orders, err := step.Run(ctx, "count-orders", func(context.Context) (int, error) { return 0, ErrAway })
	if err != nil {
		return nil, err
	}
	return orders, nil
}
