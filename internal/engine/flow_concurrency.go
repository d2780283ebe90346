package engine

import (
	"fmt"
	"strings"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// concurrency limits the calls that are in flight, or the runs that have begun
// and not ended. A run that sleeps or waits has no call in flight.
type concurrency struct {
	gate  string // the gate's key, without the value of the expression
	limit int
	key   expr.Expression
	whole bool // limits runs, not calls
}

// readConcurrency reads the limits. A scope beyond the function needs a key:
// functions share the limit by the key's value. This server has one account with
// one environment.
func (e *Engine) readConcurrency(c wire.FlowControl, f *flow) error {
	if c.Concurrency == nil {
		return nil
	}
	if len(c.Concurrency.Step) > wire.MaxConcurrencyLimits || len(c.Concurrency.Fn) > wire.MaxRunConcurrencyLimits {
		return fmt.Errorf("concurrency takes at most %d limits for steps and %d for runs", wire.MaxConcurrencyLimits, wire.MaxRunConcurrencyLimits)
	}
	for _, limit := range c.Concurrency.Step {
		if err := e.addConcurrency(f, limit, false); err != nil {
			return err
		}
	}
	for _, limit := range c.Concurrency.Fn {
		if err := e.addConcurrency(f, limit, true); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) addConcurrency(f *flow, c wire.ConcurrencyLimit, whole bool) error {
	key, err := e.key("concurrency.key", c.Key)
	switch {
	case err != nil:
		return err
	case c.Limit < 0:
		return fmt.Errorf("concurrency.limit must be 0, for no limit, or more, not %d", c.Limit)
	case c.Limit == 0:
		return nil
	}
	limit := concurrency{limit: c.Limit, key: key, whole: whole}
	switch strings.ToLower(c.Scope) { // inngestgo writes "Fn"
	case "", "fn":
		limit.gate = fmt.Sprintf("fn\x00%t\x00%s", whole, c.Key)
	case "env", "account":
		if c.Key == "" {
			return fmt.Errorf("concurrency with scope %q needs a key", c.Scope)
		}
		limit.gate = strings.ToLower(c.Scope)
	default:
		return fmt.Errorf("concurrency.scope must be fn, env or account, not %q", c.Scope)
	}
	f.concurrency = append(f.concurrency, limit)
	return nil
}

// toll returns the toll of a run's calls. Runs without a value of the key share
// one group.
func (c *concurrency) toll(fn *function, ev *event) toll {
	value, _ := c.key.Key(ev)
	gate := c.gate + "\x00" + value
	if c.gate[:2] == "fn" {
		gate = fn.id + "\x00" + gate
	}
	return toll{gate: gate, slots: c.limit, whole: c.whole}
}
