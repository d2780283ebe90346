package inngesttest_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/pkg/checkpoint"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// TestAppAsInProduction tests apps with settings for production: no request leaves
// the process, and missing keys do not matter.
func TestAppAsInProduction(t *testing.T) {
	t.Parallel()
	quiet := slog.New(slog.DiscardHandler)
	for name, c := range map[string]inngestkit.Config{
		"cloud, without keys":  {Mode: inngestkit.ModeCloud},
		"cloud, with keys":     {Mode: inngestkit.ModeCloud, SigningKey: "signkey-prod-0123456789abcdef", EventKey: "key", SigningKeyFallback: "signkey-prod-fedcba9876543210"},
		"dev":                  {Mode: inngestkit.ModeDev},
		"checkpoints":          {Mode: inngestkit.ModeCloud, Checkpoint: checkpoint.ConfigSafe},
		"another origin":       {Mode: inngestkit.ModeCloud, ServeOrigin: "https://shop.example.com", ServePath: "/hooks"},
		"a self-hosted server": {Mode: inngestkit.ModeCloud, BaseURL: "https://inngest.example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.AppID, c.Logger = "shop", quiet
			app, err := inngestkit.New(c)
			if err != nil {
				t.Fatal(err)
			}
			fn := inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "fn", Checkpoint: checkpoint.ConfigSafe}, Started.Trigger(),
				func(ctx context.Context, _ input) (any, error) {
					a, err := do(ctx, "a")
					if err != nil {
						return nil, err
					}
					_, err = OrderCreated.Send(ctx, "create", OrderData{OrderID: "o1"})
					return a, err
				})
			if err := app.Register(fn); err != nil {
				t.Fatal(err)
			}
			env := inngesttest.New(t, app)
			equal(t, "output", inngesttest.Output[string](env.Trigger(started())), "did a")
			inngesttest.RequireSent(env, OrderCreated)
		})
	}
}
