package testing_test

import (
	"testing"

	"github.com/inngestkit/inngestkit/docs/listings/testing/shop"
	"github.com/inngestkit/inngestkit/inngesttest"
)

func TestOnboardingReminds(t *testing.T) {
	t.Parallel()
	env := inngesttest.New(t, newShop(t))
	env.Step("send-welcome").Returns(nil)

	run := env.Trigger(shop.UserSignedUp.New(shop.UserData{UserID: "ada"}))
	run.RequireWaiting("profile-on-day-1")
	inngesttest.RequireNotSent(env, shop.ReminderDue)

	env.Advance(shop.ReminderAfter)
	inngesttest.RequireSent(env, shop.ReminderDue)
	run.RequireWaiting("profile-on-day-2")

	env.Send(shop.ProfileCompleted.New(shop.UserData{UserID: "ada"}))
	if got := inngesttest.Output[string](run); got != "complete" {
		t.Errorf("the onboarding is %s", got)
	}
}

func TestOnboardingGivesUp(t *testing.T) {
	t.Parallel()
	env := inngesttest.New(t, newShop(t))
	env.Step("send-welcome").Returns(nil)
	run := env.Trigger(shop.UserSignedUp.New(shop.UserData{UserID: "ada"}))
	env.Advance(3 * shop.ReminderAfter)
	run.RequireCompleted()
	if got := len(inngesttest.Sent(env, shop.ReminderDue)); got != 3 {
		t.Errorf("%d reminders were sent, want 3", got)
	}
}
