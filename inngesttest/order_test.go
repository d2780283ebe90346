package inngesttest_test

import (
	"context"
	"strings"
	"testing"

	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/inngesttest"
)

func TestOrder(t *testing.T) {
	t.Parallel()
	run := func(t *testing.T, o inngesttest.StepOrder) string {
		t.Helper()
		ran := ""
		branch := func(id string) func(context.Context) (any, error) {
			return func(ctx context.Context) (any, error) {
				return step.Run(ctx, id, func(context.Context) (any, error) { ran += id; return nil, nil })
			}
		}
		inngesttest.Config{StepOrder: o}.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
			return nil, group.Parallel(ctx, branch("a"), branch("b"), branch("c"), branch("d")).AnyError()
		})).Trigger(started()).RequireCompleted().RequireSteps(strings.Split(ran, "")...)
		return ran
	}
	equal(t, "declared order", run(t, inngesttest.ListedOrder()), "abcd")
	equal(t, "reverse order", run(t, inngesttest.ReverseOrder()), "dcba")
	for range 5 {
		equal(t, "the order of seed 0", run(t, inngesttest.SeededOrder(0)), run(t, inngesttest.SeededOrder(0)))
	}
	first, again := run(t, inngesttest.SeededOrder(3)), run(t, inngesttest.SeededOrder(3))
	equal(t, "the order of a seed", first, again)
	differs := false
	for seed := range uint64(10) {
		differs = differs || run(t, inngesttest.SeededOrder(seed+1)) != first
	}
	equal(t, "that another seed differs", differs, true)
	var orders []string
	inngesttest.EachStepOrder(t, func(t *testing.T, o inngesttest.StepOrder) {
		orders = append(orders, o.String())
		t.Parallel()
		equal(t, "steps that ran", len(run(t, o)), 4)
	})
	equal(t, "orders", strings.Join(orders, " "), "listed reverse random")
}

func TestSeedOfTheEnvironment(t *testing.T) {
	t.Setenv("INNGESTTEST_SEED", "abc")
	text := record(t, func(t testing.TB) {
		inngesttest.Config{StepOrder: inngesttest.RandomOrder()}.NewFunctions(t, stepsFn(1))
	})
	if !strings.Contains(text, `INNGESTTEST_SEED is "abc", and a seed is a whole number`) {
		t.Errorf("it says %q", text)
	}
}
