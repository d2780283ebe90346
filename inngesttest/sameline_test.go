package inngesttest_test

import (
	"context"

	"github.com/inngest/inngestgo/step"
)

// chargeHere takes the step on the same line as chargeThere in its file.
func chargeHere(ctx context.Context) error {
	_, err := step.Run(ctx, "charge", func(context.Context) (any, error) { return nil, nil })
	return err
}
