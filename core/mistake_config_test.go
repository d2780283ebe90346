package inngestkit_test

import (
	"math"
	"time"

	"github.com/inngest/inngestgo/middleware"
	"github.com/inngest/inngestgo/pkg/checkpoint"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// dev is a configuration without mistakes, for f to make one in.
func dev(f func(*inngestkit.Config)) inngestkit.Config {
	c := inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev}
	f(&c)
	return c
}

func retry(p inngestkit.RetryPolicy) inngestkit.Config {
	return dev(func(c *inngestkit.Config) { c.SendRetry = p })
}

var configMistakes = []mistake{
	{name: "no app id", config: inngestkit.Config{Mode: inngestkit.ModeDev}},
	{name: "app id with spaces", config: dev(func(c *inngestkit.Config) { c.AppID = "My Shop" })},
	{name: "app id with spaces in the environment", env: map[string]string{"INNGEST_APP_ID": "My Shop", "INNGEST_DEV": "1"}},
	{name: "environment name with a line break", config: dev(func(c *inngestkit.Config) { c.Env = "pr\n1" })},
	{name: "unknown mode", config: inngestkit.Config{AppID: "shop", Mode: "production"}},
	{name: "cloud mode with a dev server", config: inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeCloud, DevServerURL: "http://me:hunter2@localhost:8288"}},
	{name: "INNGEST_DEV is no switch", config: inngestkit.Config{AppID: "shop"}, env: map[string]string{"INNGEST_DEV": "localhost:8288"}},
	{name: "INNGEST_DEV is no http URL", config: inngestkit.Config{AppID: "shop"}, env: map[string]string{"INNGEST_DEV": "ftp://localhost:8288"}},
	{name: "INNGEST_DEV is no http URL in dev mode", config: dev(func(*inngestkit.Config) {}), env: map[string]string{"INNGEST_DEV": "http://"}},
	{name: "INNGEST_DEV with a password", config: inngestkit.Config{AppID: "shop"}, env: map[string]string{"INNGEST_DEV": "me:hunter2@localhost:8288"}},
	{name: "dev server without a scheme", config: inngestkit.Config{AppID: "shop", DevServerURL: "localhost:8288"}},
	{name: "base URL without a host", config: dev(func(c *inngestkit.Config) { c.BaseURL = "https:///v1" })},
	{name: "base URL with a query", config: dev(func(*inngestkit.Config) {}), env: map[string]string{"INNGEST_BASE_URL": "https://inngest.example.com/?env=prod"}},
	{name: "API URL with a password", config: dev(func(c *inngestkit.Config) { c.APIBaseURL = "https://me:hunter2@inngest.example.com" })},
	{name: "event API URL is a word", config: dev(func(*inngestkit.Config) {}), env: map[string]string{"INNGEST_EVENT_API_BASE_URL": "events"}},
	{name: "serve origin with a path", config: dev(func(c *inngestkit.Config) { c.ServeOrigin = "https://shop.example.com/api/inngest" })},
	{name: "serve host without a scheme", config: dev(func(*inngestkit.Config) {}), env: map[string]string{"INNGEST_SERVE_HOST": "shop.example.com"}},
	{name: "serve path without a slash", config: dev(func(c *inngestkit.Config) { c.ServePath = "api/inngest" })},
	{name: "serve path is a URL", config: dev(func(*inngestkit.Config) {}), env: map[string]string{"INNGEST_SERVE_PATH": "https://me:hunter2@shop.example.com/api/inngest"}},
	{name: "serve path with a query", config: dev(func(c *inngestkit.Config) { c.ServePath = "/api/inngest?token=1" })},
	{name: "signing key is not hexadecimal", config: dev(func(c *inngestkit.Config) { c.SigningKey = "signkey-prod-c0ffee-not-hex" })},
	{name: "signing key in quotes", config: dev(func(*inngestkit.Config) {}), env: map[string]string{"INNGEST_SIGNING_KEY": `"signkey-prod-c0ffee"`}},
	{name: "fallback key is cut short", config: dev(func(*inngestkit.Config) {}), env: map[string]string{"INNGEST_SIGNING_KEY": "signkey-test-c0ffee", "INNGEST_SIGNING_KEY_FALLBACK": "signkey-prod-c0ffee0"}},
	{name: "signing key for an event key", config: dev(func(*inngestkit.Config) {}), env: map[string]string{"INNGEST_EVENT_KEY": "signkey-prod-c0ffee"}},
	{name: "event key with a slash", config: dev(func(c *inngestkit.Config) { c.EventKey = "c0ffee/../v1" })},
	{name: "negative call timeout", config: dev(func(c *inngestkit.Config) { c.CallTimeout = -time.Second })},
	{name: "negative body limit", config: dev(func(c *inngestkit.Config) { c.MaxBodyBytes = -1 })},
	{name: "negative attempts", config: retry(inngestkit.RetryPolicy{MaxAttempts: -1})},
	{name: "negative delay", config: retry(inngestkit.RetryPolicy{InitialDelay: -time.Second})},
	{name: "negative budget", config: retry(inngestkit.RetryPolicy{Budget: -time.Second})},
	{name: "longest delay below the first", config: retry(inngestkit.RetryPolicy{InitialDelay: time.Second, MaxDelay: time.Millisecond})},
	{name: "unknown backoff", config: retry(inngestkit.RetryPolicy{Backoff: "quadratic"})},
	{name: "shrinking delays", config: retry(inngestkit.RetryPolicy{Multiplier: 0.5})},
	{name: "multiplier is no number", config: retry(inngestkit.RetryPolicy{Multiplier: math.NaN()})},
	{name: "performant checkpointing", config: dev(func(c *inngestkit.Config) { c.Checkpoint = checkpoint.ConfigPerformant })},
	{name: "blended checkpointing", config: dev(func(c *inngestkit.Config) { c.Checkpoint = checkpoint.ConfigBlended })},
	{name: "buffering checkpointing", config: dev(func(c *inngestkit.Config) { c.Checkpoint = &checkpoint.Config{BatchSteps: 3} })},
	{name: "nil SDK middleware", config: dev(func(c *inngestkit.Config) { c.SDKMiddleware = []func() middleware.Middleware{nil} })},
	{name: "event without a definition", config: dev(func(c *inngestkit.Config) { c.Events = []inngestkit.Definition{inngestkit.EventType[orderData]{}, nil} })},
	{name: "strict cloud mode without keys", config: inngestkit.Config{AppID: "shop", Strict: true}},
	{name: "strict with a fallback key alone", config: inngestkit.Config{AppID: "shop", Strict: true, EventKey: "e", SigningKeyFallback: "signkey-test-c0ffee"}},
	{name: "strict dev mode with a production key", config: inngestkit.Config{AppID: "shop", Strict: true, Mode: inngestkit.ModeDev, SigningKey: "signkey-prod-c0ffee"}},
}
