package shop

import (
	"context"
	"slices"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

type campaigns Services

// Functions returns the mailing.
func (c campaigns) Functions() []inngestkit.Function {
	return inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "send-campaign"}, CampaignStarted.Trigger(), c.send).Functions()
}

// send writes to a few users at a time, and pauses in between.
func (c campaigns) send(ctx context.Context, in inngestgo.Input[CampaignData]) (any, error) {
	sent := 0
	for batch := range slices.Chunk(in.Event.Data.UserIDs, BatchSize) {
		if sent > 0 {
			step.Sleep(ctx, "pause", BatchPause)
		}
		n, err := step.Run(ctx, "send-batch", func(ctx context.Context) (int, error) {
			for _, user := range batch {
				if err := c.Mail(ctx, user, "news"); err != nil {
					return 0, err
				}
			}
			return len(batch), nil
		})
		if err != nil {
			return nil, err
		}
		sent += n
	}
	return sent, nil
}
