package devserver

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// config is a function's configuration as apps register it
// (SDK specification 4.3.2), as far as it is shown. Durations are texts such
// as "5m0s".
type config struct{ wire.FunctionConfig }

// functionConfig reads what is shown of a configuration. The engine has
// refused what it can't read; of the rest, what can't be read is not shown.
func functionConfig(fn engine.Function) config {
	var cfg config
	_ = json.Unmarshal(fn.Config, &cfg)
	return cfg
}

// retries returns how often a function is retried, and whether it says so
// itself.
func (c *config) retries() (n int, own bool) {
	if r := c.Steps[wire.StepAny].Retries; r != nil {
		return r.Attempts, true
	}
	return defaultRetries, false
}

// defaultRetries is what Inngest documents.
const defaultRetries = 4

// limits are those on what runs at once, of calls first.
func (c *config) limits() []wire.ConcurrencyLimit {
	if c.Concurrency == nil {
		return nil
	}
	return slices.Concat(c.Concurrency.Step, c.Concurrency.Fn)
}

// scope names the scope of a limit as the official API does.
func scope(l wire.ConcurrencyLimit) string {
	switch strings.ToLower(l.Scope) {
	case "env", "1":
		return "ENVIRONMENT"
	case "account", "2":
		return "ACCOUNT"
	}
	return "FUNCTION"
}
