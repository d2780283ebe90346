package testing_test

import (
	"testing"

	"github.com/inngestkit/inngestkit/docs/listings/testing/shop"
	"github.com/inngestkit/inngestkit/inngesttest"
)

func TestCampaignPauses(t *testing.T) {
	t.Parallel()
	env := inngesttest.New(t, newShop(t))
	env.Step("send-batch").Returns(2, 2, 1)
	run := env.Trigger(shop.CampaignStarted.New(shop.CampaignData{UserIDs: []string{"a", "b", "c", "d", "e"}}))

	run.RequireWaiting("pause").RequireSteps("send-batch")
	env.Advance(shop.BatchPause - 1)
	run.RequireWaiting("pause").RequireSteps("send-batch")
	env.Advance(1)
	run.RequireWaiting("pause").RequireSteps("send-batch", "pause", "send-batch")

	env.AdvanceToEnd(run)
	if got := inngesttest.Output[int](run); got != 5 {
		t.Errorf("%d users were written to, want 5", got)
	}
	if got := env.Elapsed(); got != 2*shop.BatchPause {
		t.Errorf("it took %v, want %v", got, 2*shop.BatchPause)
	}
}
