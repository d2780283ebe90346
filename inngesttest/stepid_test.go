package inngesttest_test

import (
	"context"
	"iter"
	"slices"
	"testing"

	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/inngesttest"
)

// charge is a helper that takes a step.
func charge(ctx context.Context) (string, error) { return do(ctx, "charge") }

func chargeAll[T any](ctx context.Context, of []T) (err error) {
	for range of {
		_, err = charge(ctx)
	}
	return err
}

// chargeTree calls itself from two lines. Its step is in one place all the same.
func chargeTree(ctx context.Context, depth int) error {
	if _, err := charge(ctx); err != nil || depth == 0 {
		return err
	}
	if err := chargeTree(ctx, depth-1); err != nil {
		return err
	}
	return chargeTree(ctx, depth-1)
}

func ping(ctx context.Context, n int) error {
	if n == 0 {
		return nil
	}
	if _, err := charge(ctx); err != nil {
		return err
	}
	return pong(ctx, n-1)
}

func pong(ctx context.Context, n int) error { return ping(ctx, n) }

// twice yields in two places.
func twice(yield func(int) bool) {
	if yield(1) {
		yield(2)
	}
}

// TestOneIDInOnePlace uses step ids several times in one place, which the check of
// step ids must accept.
func TestOneIDInOnePlace(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]handler{
		"a loop": func(ctx context.Context, _ input) (any, error) {
			for range 3 {
				if _, err := charge(ctx); err != nil {
					return nil, err
				}
			}
			return nil, nil
		},
		"a helper that loops":           func(ctx context.Context, _ input) (any, error) { return nil, chargeAll(ctx, []int{1, 2, 3}) },
		"a helper that calls itself":    func(ctx context.Context, _ input) (any, error) { return nil, chargeTree(ctx, 2) },
		"helpers that call one another": func(ctx context.Context, _ input) (any, error) { return nil, ping(ctx, 3) },
		"a deep recursion":              func(ctx context.Context, _ input) (any, error) { return nil, ping(ctx, 30) },
		"a loop over an iterator": func(ctx context.Context, _ input) (any, error) {
			for range iter.Seq[int](twice) {
				if _, err := charge(ctx); err != nil {
					return nil, err
				}
			}
			return nil, nil
		},
		"a function of the standard library": func(ctx context.Context, _ input) (any, error) {
			slices.SortFunc([]int{2, 1, 3, 5, 4}, func(a, b int) int { _, _ = charge(ctx); return a - b })
			return nil, nil
		},
		"branches that a loop makes": func(ctx context.Context, _ input) (any, error) {
			branches := make([]func(context.Context) (any, error), 3)
			for i := range branches {
				branches[i] = func(ctx context.Context) (any, error) { return charge(ctx) }
			}
			return nil, group.Parallel(ctx, branches...).AnyError()
		},
		"one of two places": func(ctx context.Context, in input) (any, error) {
			if in.Event.Data["n"] == 1.0 {
				return charge(ctx)
			}
			return charge(ctx)
		},
		"an id that a helper is given": func(ctx context.Context, _ input) (any, error) {
			if _, err := do(ctx, "a"); err != nil {
				return nil, err
			}
			step.Sleep(ctx, "nap", 0)
			return do(ctx, "b")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := inngesttest.NewFunctions(t, on(handler))
			env.Trigger(started())
			env.Advance(day)
			env.LastRun("fn").RequireCompleted()
		})
	}
}
