package inngesttest_test

import (
	"context"

	"github.com/inngest/inngestgo/step"
)

// chargeThere takes the step on the same line as chargeHere in its file.
func chargeThere(ctx context.Context) error {
	_, err := step.Run(ctx, "charge", func(context.Context) (any, error) { return nil, nil })
	return err
}
