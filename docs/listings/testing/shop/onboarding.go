package shop

import (
	"context"
	"errors"
	"fmt"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

type onboarding Services

// Functions returns the onboarding.
func (o onboarding) Functions() []inngestkit.Function {
	return inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "onboarding"}, UserSignedUp.Trigger(), o.welcome).Functions()
}

// welcome reminds a user on three days to complete the profile.
func (o onboarding) welcome(ctx context.Context, in inngestgo.Input[UserData]) (any, error) {
	user := in.Event.Data
	if _, err := step.Run(ctx, "send-welcome", func(ctx context.Context) (any, error) { return nil, o.Mail(ctx, user.UserID, "welcome") }); err != nil {
		return nil, err
	}
	for day := 1; day <= 3; day++ {
		_, err := ProfileCompleted.Wait(ctx, fmt.Sprint("profile-on-day-", day), ReminderAfter, inngestkit.If("event.data.userId == async.data.userId"))
		switch {
		case err == nil:
			return "complete", nil
		case !errors.Is(err, inngestkit.ErrWaitTimeout):
			return nil, err
		}
		if _, err := ReminderDue.Send(ctx, fmt.Sprint("remind-on-day-", day), user); err != nil {
			return nil, err
		}
	}
	return "given up", nil
}
