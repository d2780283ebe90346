package inngesttest_test

import (
	"context"
	"testing"

	"github.com/inngestkit/inngestkit/inngesttest"
)

// TestSkippedChecks breaks the rule of each check. The test fails, and passes if the
// check is skipped.
func TestSkippedChecks(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	for name, c := range map[string]struct {
		check inngesttest.Check
		test  func(t testing.TB, c inngesttest.Config)
	}{
		"CheckReplay": {inngesttest.CheckReplay, func(t testing.TB, c inngesttest.Config) {
			ids, call := []string{"a", "b"}, 0
			c.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				call++
				return do(ctx, ids[min(call, 2)-1]) // the second call takes another step
			})).Trigger(started())
		}},
		"CheckStepIDs": {inngesttest.CheckStepIDs, func(t testing.TB, c inngesttest.Config) {
			c.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				if _, err := do(ctx, "a"); err != nil {
					return nil, err
				}
				return do(ctx, "a")
			})).Trigger(started())
		}},
		"CheckGoroutines": {inngesttest.CheckGoroutines, func(t testing.TB, c inngesttest.Config) {
			c.NewFunctions(t, on(func(context.Context, input) (any, error) {
				go func() { <-release }()
				return nil, nil
			})).Trigger(started())
		}},
		"CheckWaits": {inngesttest.CheckWaits, func(t testing.TB, c inngesttest.Config) {
			c.NewFunctions(t, waits("event.data.orderId == async.data.orderId")).Trigger(started())
		}},
		"CheckMocks": {inngesttest.CheckMocks, func(t testing.TB, c inngesttest.Config) {
			env := c.NewFunctions(t, stepsFn(1))
			env.Step("a").Returns("x")
			env.Trigger(started())
		}},
		"CheckSends": {inngesttest.CheckSends, func(t testing.TB, c inngesttest.Config) {
			var env *inngesttest.Env
			env = c.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				return env.App().PlainSender().Send(ctx, OrderCreated.New(OrderData{OrderID: "o1"}))
			}))
			env.Trigger(started())
		}},
		"CheckValidation": {inngesttest.CheckValidation, func(t testing.TB, c inngesttest.Config) {
			c.NewFunctions(t, chain()[1]).Function("second").Trigger(OrderCreated.New(OrderData{}))
		}},
		"CheckFaults": {inngesttest.CheckFaults, func(t testing.TB, c inngesttest.Config) {
			c.NewFunctions(t, stepsFn(1)).Inject(inngesttest.RefusedSends)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if record(t, func(t testing.TB) { c.test(t, inngesttest.Config{}) }) == "" {
				t.Error("the test passes with the check")
			}
			others := ^c.check
			if record(t, func(t testing.TB) { c.test(t, inngesttest.Config{SkipChecks: others}) }) == "" {
				t.Error("the test passes without the other checks")
			}
			equal(t, "the failure without the check", record(t, func(t testing.TB) { c.test(t, inngesttest.Config{SkipChecks: c.check}) }), "")
		})
	}
}
