package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// FlowControl is a function's flow control, as SDKs register it (SDK specification
// 4.3.2 and, where that is silent, inngestgo v0.16.0). Durations are time strings.
type FlowControl struct {
	Concurrency *ConcurrencyConfig `json:"concurrency"`
	Throttle    *ThrottleConfig    `json:"throttle"`
	RateLimit   *RateLimitConfig   `json:"rateLimit"`
	Debounce    *DebounceConfig    `json:"debounce"`
	Batch       *BatchConfig       `json:"batchEvents"`
	Priority    *PriorityConfig    `json:"priority"`
	Singleton   *SingletonConfig   `json:"singleton"` // inngestgo writes Singleton
	Idempotency string             `json:"idempotency"`
	Cancel      []CancelConfig     `json:"cancel"`
	Timeouts    *TimeoutsConfig    `json:"timeouts"`
}

// ConcurrencyConfig limits concurrent calls (Step) and concurrent runs (Fn).
type ConcurrencyConfig struct {
	Fn   []ConcurrencyLimit `json:"fn"`
	Step []ConcurrencyLimit `json:"step"`
}

// ConcurrencyLimit is one limit. Its scope is "fn", "env" or "account".
type ConcurrencyLimit struct {
	Limit int    `json:"limit"`
	Key   string `json:"key"`
	Scope string `json:"scope"`
}

// UnmarshalJSON accepts every form that SDKs write: a number, a limit, an array of
// limits, and an object with both fields.
func (c *ConcurrencyConfig) UnmarshalJSON(raw []byte) error {
	*c = ConcurrencyConfig{}
	var forms struct {
		ConcurrencyLimit
		Fn   []ConcurrencyLimit `json:"fn"`
		Step []ConcurrencyLimit `json:"step"`
	}
	switch trimmed := bytes.TrimSpace(raw); {
	case trimmed[0] == '[':
		return json.Unmarshal(raw, &c.Step)
	case trimmed[0] != '{':
		var limit int
		if err := json.Unmarshal(raw, &limit); err != nil {
			return fmt.Errorf("concurrency is a number, a limit or an array of limits: %w", err)
		}
		c.Step = []ConcurrencyLimit{{Limit: limit}}
		return nil
	}
	if err := json.Unmarshal(raw, &forms); err != nil {
		return err
	}
	if c.Fn, c.Step = forms.Fn, forms.Step; c.Fn == nil && c.Step == nil {
		c.Step = []ConcurrencyLimit{forms.ConcurrencyLimit}
	}
	return nil
}

// ThrottleConfig spreads the starts of runs over time.
type ThrottleConfig struct {
	Limit  int    `json:"limit"`
	Period string `json:"period"`
	Burst  *int   `json:"burst"` // defaults to 1
	Key    string `json:"key"`
}

// RateLimitConfig drops runs that start too often.
type RateLimitConfig struct {
	Limit  int    `json:"limit"`
	Period string `json:"period"`
	Key    string `json:"key"`
}

// DebounceConfig makes one run of the last of many events.
type DebounceConfig struct {
	Key     string `json:"key"`
	Period  string `json:"period"`
	Timeout string `json:"timeout"`
}

// BatchConfig makes one run of many events.
type BatchConfig struct {
	MaxSize int    `json:"maxSize"`
	Timeout string `json:"timeout"`
	Key     string `json:"key"`
	If      string `json:"if"`
}

// PriorityConfig moves runs forward or back among the waiting runs.
type PriorityConfig struct {
	Run string `json:"run"`
}

// Modes of a singleton.
const (
	SingletonSkip   = "skip"
	SingletonCancel = "cancel"
)

// SingletonConfig allows one active run.
type SingletonConfig struct {
	Key  string `json:"key"`
	Mode string `json:"mode"`
}

// CancelConfig cancels runs by an event.
type CancelConfig struct {
	Event   string `json:"event"`
	If      string `json:"if"`
	Timeout string `json:"timeout"`
}

// TimeoutsConfig bounds the time before a run's first call, and the time from then to
// its end.
type TimeoutsConfig struct {
	Start  string `json:"start"`
	Finish string `json:"finish"`
}
