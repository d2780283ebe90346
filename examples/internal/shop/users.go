package shop

import (
	"context"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Users welcomes new users.
type Users struct{}

// Functions returns the functions for new users. It makes Users a source of
// functions.
func (u Users) Functions() []inngestkit.Function {
	return []inngestkit.Function{
		inngestkit.NewFunction(
			inngestgo.FunctionOpts{ID: "send-welcome-email", Name: "Send welcome e-mail"},
			UserRegistered.Trigger(), u.sendWelcomeEmail,
		),
		inngestkit.NewFunction(
			inngestgo.FunctionOpts{ID: "setup-user-profile", Name: "Set up user profile"},
			UserRegistered.Trigger(), u.setUpProfile,
		),
	}
}

func (Users) sendWelcomeEmail(ctx context.Context, in inngestgo.Input[UserRegisteredData]) (any, error) {
	user := in.Event.Data
	step.Sleep(ctx, "let-the-user-look-around", time.Second)
	return step.Run(ctx, "send-email", func(ctx context.Context) (map[string]string, error) {
		inngestkit.Logger(ctx).Info("sending the welcome e-mail", "user", user.UserID)
		return map[string]string{"status": "sent", "userId": user.UserID}, nil
	})
}

func (Users) setUpProfile(ctx context.Context, in inngestgo.Input[UserRegisteredData]) (any, error) {
	user := in.Event.Data
	profile, err := step.Run(ctx, "create-profile", func(context.Context) (string, error) {
		return "profile-" + user.UserID, nil
	})
	if err != nil {
		return nil, err
	}
	return step.Run(ctx, "set-preferences", func(context.Context) (map[string]string, error) {
		return map[string]string{"status": "ready", "profileId": profile, "source": user.Source}, nil
	})
}
