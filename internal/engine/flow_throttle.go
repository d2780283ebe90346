package engine

import (
	"fmt"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// throttle spreads the starts of runs over time: early runs wait. The limit and
// the burst together may start at once.
type throttle struct {
	every time.Duration
	burst int
	key   expr.Expression
}

func (e *Engine) readThrottle(c wire.FlowControl, f *flow) error {
	t := c.Throttle
	if t == nil {
		return nil
	}
	burst := 1
	if t.Burst != nil {
		burst = *t.Burst
	}
	if t.Limit < 1 || burst < 0 {
		return fmt.Errorf("throttle.limit must be 1 or more and burst 0 or more, not %d and %d", t.Limit, burst)
	}
	period, err := period("throttle.period", t.Period, time.Millisecond, 0)
	if err != nil {
		return err
	}
	key, err := e.key("throttle.key", t.Key)
	f.throttle = &throttle{every: period / time.Duration(t.Limit), burst: t.Limit + burst - 1, key: key}
	return err
}

// toll returns the toll of a run's first call.
func (t *throttle) toll(fn *function, ev *event) toll {
	value, _ := t.key.Key(ev)
	return toll{gate: "throttle\x00" + fn.id + "\x00" + value, every: t.every, burst: t.burst}
}
