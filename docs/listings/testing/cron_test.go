package testing_test

import (
	"testing"

	"github.com/inngestkit/inngestkit/docs/listings/testing/shop"
	"github.com/inngestkit/inngestkit/inngesttest"
)

func TestReportRunsEachNight(t *testing.T) {
	t.Parallel()
	env := inngesttest.New(t, newShop(t))
	env.Step("count-orders").Returns(7)
	env.Advance(7 * shop.Night)
	for _, run := range env.Runs("nightly-report") {
		run.RequireCompleted()
	}
	if got := len(env.Runs("nightly-report")); got != 7 {
		t.Errorf("%d reports in a week, want 7", got)
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	env := inngesttest.New(t, newShop(t))
	env.Step("count-orders").Returns(7)
	run := env.Function("nightly-report").TriggerCron()
	if got := inngesttest.Output[int](run); got != 7 {
		t.Errorf("the report counts %d orders, want 7", got)
	}
}
