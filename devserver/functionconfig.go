package devserver

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// config is the part of a function's configuration (SDK specification 4.3.2)
// that the APIs and the page show. Durations are texts such as "5m0s".
type config struct{ wire.FunctionConfig }

// functionConfig decodes a function's configuration. The engine has refused
// configurations that it cannot decode; other unknown parts are left out.
func functionConfig(fn engine.Function) config {
	var cfg config
	_ = json.Unmarshal(fn.Config, &cfg)
	return cfg
}

// retries returns how often a function is retried, and whether its
// configuration sets that number.
func (c *config) retries() (n int, own bool) {
	if r := c.Steps[wire.StepAny].Retries; r != nil {
		return r.Attempts, true
	}
	return defaultRetries, false
}

// defaultRetries is Inngest's documented default.
const defaultRetries = 4

// limits returns the concurrency limits, those of steps first.
func (c *config) limits() []wire.ConcurrencyLimit {
	if c.Concurrency == nil {
		return nil
	}
	return slices.Concat(c.Concurrency.Step, c.Concurrency.Fn)
}

// scope returns a limit's scope in the official API's spelling.
func scope(l wire.ConcurrencyLimit) string {
	switch strings.ToLower(l.Scope) {
	case "env", "1":
		return "ENVIRONMENT"
	case "account", "2":
		return "ACCOUNT"
	}
	return "FUNCTION"
}
