package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// FlowControl is how a function limits its runs, as SDKs register it
// (SDK specification 4.3.2, and inngestgo v0.16.0 where that is silent).
// Durations are time strings.
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

// ConcurrencyConfig limits what runs at once: calls (Step), and runs as a whole
// (Fn).
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

// UnmarshalJSON takes every form that SDKs write: a number, one limit, an array
// of limits, and an object of both kinds.
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
	Burst  *int   `json:"burst"` // 1 if absent
	Key    string `json:"key"`
}

// RateLimitConfig drops runs that start too often.
type RateLimitConfig struct {
	Limit  int    `json:"limit"`
	Period string `json:"period"`
	Key    string `json:"key"`
}

// DebounceConfig lets the last of many events start a run.
type DebounceConfig struct {
	Key     string `json:"key"`
	Period  string `json:"period"`
	Timeout string `json:"timeout"`
}

// BatchConfig lets many events start one run.
type BatchConfig struct {
	MaxSize int    `json:"maxSize"`
	Timeout string `json:"timeout"`
	Key     string `json:"key"`
	If      string `json:"if"`
}

// PriorityConfig moves runs forward or back among those that wait.
type PriorityConfig struct {
	Run string `json:"run"`
}

// Modes of a singleton.
const (
	SingletonSkip   = "skip"
	SingletonCancel = "cancel"
)

// SingletonConfig keeps to one run at a time.
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

// TimeoutsConfig bounds how long a run may wait for its start, and take.
type TimeoutsConfig struct {
	Start  string `json:"start"`
	Finish string `json:"finish"`
}
