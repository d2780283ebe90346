package devserver

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// config is a function's configuration as apps register it
// (SDK specification 4.3.2), as far as it is shown. Durations are texts such
// as "5m0s".
type config struct {
	wire.FunctionConfig

	Concurrency limits `json:"concurrency"`
	Priority    *struct {
		Run string `json:"run"`
	} `json:"priority"`
	Batch *struct {
		MaxSize int    `json:"maxSize"`
		Timeout string `json:"timeout"`
		Key     string `json:"key"`
		If      string `json:"if"`
	} `json:"batchEvents"`
	Idempotency string `json:"idempotency"`
	RateLimit   *rate  `json:"rateLimit"`
	Throttle    *rate  `json:"throttle"`
	Debounce    *struct {
		Period  string `json:"period"`
		Timeout string `json:"timeout"`
		Key     string `json:"key"`
	} `json:"debounce"`
	Timeouts *struct {
		Start  string `json:"start"`
		Finish string `json:"finish"`
	} `json:"timeouts"`
	Cancel []struct {
		Event   string `json:"event"`
		Timeout string `json:"timeout"`
		If      string `json:"if"`
	} `json:"cancel"`
	Singleton *struct {
		Key  string `json:"key"`
		Mode string `json:"mode"`
	} `json:"singleton"`
}

type rate struct {
	Limit  int    `json:"limit"`
	Period string `json:"period"`
	Burst  int    `json:"burst"`
	Key    string `json:"key"`
}

type limit struct {
	Limit int    `json:"limit"`
	Key   string `json:"key"`
	Scope string `json:"scope"`
}

// limits are concurrency limits: a number, one, several, or as
// inngestgo v0.16.0 puts them, in two lists.
type limits []limit

func (l *limits) UnmarshalJSON(raw []byte) error {
	var n int
	if json.Unmarshal(raw, &n) == nil {
		*l = limits{{Limit: n}}
		return nil
	}
	var many []limit
	if json.Unmarshal(raw, &many) == nil {
		*l = many
		return nil
	}
	var lists struct {
		limit

		Step []limit `json:"step"`
		Fn   []limit `json:"fn"`
	}
	if err := json.Unmarshal(raw, &lists); err != nil {
		return fmt.Errorf("concurrency: %w", err)
	}
	*l = slices.Concat(lists.Step, lists.Fn)
	if lists.Limit > 0 {
		*l = append(*l, lists.limit)
	}
	return nil
}

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

// scope names the scope of a limit as the official API does.
func (l limit) scope() string {
	switch strings.ToLower(l.Scope) {
	case "env", "1":
		return "ENVIRONMENT"
	case "account", "2":
		return "ACCOUNT"
	}
	return "FUNCTION"
}
