package inngesttest_test

import (
	"context"
	"strings"
	"testing"

	"github.com/inngest/inngestgo/step"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// TestOneIDInTwoFiles uses a step id in two files, on lines with the same number.
func TestOneIDInTwoFiles(t *testing.T) {
	t.Parallel()
	text := record(t, func(t testing.TB) {
		inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
			if err := chargeInOneFile(ctx); err != nil {
				return nil, err
			}
			return nil, chargeInAnother(ctx)
		})).Trigger(started())
	})
	if !strings.Contains(text, `uses the step id "charge" in two places, `) || !strings.Contains(text, "one.go:10") || !strings.Contains(text, "another.go:10") {
		t.Errorf("it says %q", text)
	}
}

// The functions below are elsewhere, as far as the compiler knows.

func chargeInOneFile(ctx context.Context) error {
//line one.go:10
	_, err := step.Run(ctx, "charge", func(context.Context) (any, error) { return nil, nil })
	return err
}

func chargeInAnother(ctx context.Context) error {
//line another.go:10
	_, err := step.Run(ctx, "charge", func(context.Context) (any, error) { return nil, nil })
	return err
}
