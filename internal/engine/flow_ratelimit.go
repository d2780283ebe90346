package engine

import (
	"fmt"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// rateLimit drops runs that would start too often. It counts each value of its
// key separately, and does not limit events without one.
type rateLimit struct {
	id    string // unique in the function
	every time.Duration
	burst int
	key   expr.Expression
}

// readRates reads the rate limit and the idempotency key. The idempotency key is
// a rate limit of one run a day, and replaces the other one
// (SDK specification 4.3.2). Like the official server, a rate limit spreads its
// runs over the period, and allows a tenth of them at once besides.
func (e *Engine) readRates(c wire.FlowControl, f *flow) error {
	if c.Idempotency != "" {
		key, err := e.key("idempotency", c.Idempotency)
		f.rates = []rateLimit{{id: "idempotency", every: wire.IdempotencyPeriod, key: key}}
		return err
	}
	if c.RateLimit == nil {
		return nil
	}
	if c.RateLimit.Limit < 1 {
		return fmt.Errorf("rateLimit.limit must be 1 or more, not %d", c.RateLimit.Limit)
	}
	period, err := period("rateLimit.period", c.RateLimit.Period, time.Millisecond, wire.MaxRateLimitPeriod)
	if err != nil {
		return err
	}
	key, err := e.key("rateLimit.key", c.RateLimit.Key)
	f.rates = []rateLimit{{
		id: "rate", every: period / time.Duration(c.RateLimit.Limit), burst: c.RateLimit.Limit / 10, key: key,
	}}
	return err
}

// withinRates counts an event against the function's rate limits, and reports
// whether it may start a run.
func (e *Engine) withinRates(fn *function, ev *event) bool {
	for _, l := range fn.flow.rates {
		value, set := l.key.Key(ev)
		if (!l.key.IsEmpty() && !set) || e.rates.allow(l.id+"\x00"+fn.id+"\x00"+value, ev.receivedAt, l.every, l.burst) {
			continue
		}
		return false
	}
	return true
}

// isNew reports whether an event's id is new to a function: for a day, one id
// starts one run of the function. An event that came without an id is new.
func (e *Engine) isNew(fn *function, ev *event) bool {
	return ev.ID == ev.internalID || e.rates.allow("event\x00"+fn.id+"\x00"+ev.ID, ev.receivedAt, wire.IdempotencyPeriod, 0)
}
