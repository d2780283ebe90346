package inngestkit

import (
	"fmt"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/pkg/checkpoint"
	str2duration "github.com/xhit/go-str2duration/v2"
)

// Limits of the Inngest server on a function (Inngest's published usage
// limits).
const (
	maxTriggers    = 10
	maxCancels     = 5
	maxConcurrency = 2
	maxRetries     = 20
	maxBatch       = 100
)

// checkOptions reports what the server would refuse at sync, or worse, only
// at run time.
func checkOptions(m *mistakes, where string, o inngestgo.FunctionOpts) {
	if o.Retries != nil && (*o.Retries < 0 || *o.Retries > maxRetries) {
		m.add(where, fmt.Sprint(*o.Retries, " retries"), "a step is retried 0 to 20 times", "write Retries: inngestgo.IntPtr(4)")
	}
	checkCheckpoint(m, where, o.Checkpoint)
	checkCancels(m, where, o.Cancel)
	checkConcurrency(m, where, o.Concurrency)
	checkFlow(m, where, o)
	checkTimeouts(m, where, o.Timeouts)
}

// checkCheckpoint refuses, by name, the presets that buffer finished steps
// and drop the buffer when the function ends (inngestgo v0.16.0).
func checkCheckpoint(m *mistakes, where string, c *checkpoint.Config) {
	if c == nil || (c.BatchSteps <= 1 && c.BatchInterval == 0) {
		return
	}
	name := fmt.Sprintf("checkpoint.Config{BatchSteps: %d, BatchInterval: %s}", c.BatchSteps, c.BatchInterval)
	switch {
	case *c == *checkpoint.ConfigPerformant:
		name = "checkpoint.ConfigPerformant"
	case *c == *checkpoint.ConfigBlended:
		name = "checkpoint.ConfigBlended"
	}
	m.add(where, name, "it loses steps that finished but were not yet flushed when the function ends", "write checkpoint.ConfigSafe, or leave checkpointing off")
}

func checkCancels(m *mistakes, where string, cancels []inngestgo.ConfigCancel) {
	if len(cancels) > maxCancels {
		m.add(where, fmt.Sprint(len(cancels), " cancellations"), fmt.Sprintf("a function has at most %d", maxCancels), "join their expressions with ||")
	}
	for _, c := range cancels {
		if c.Event == "" || badEventName(c.Event) {
			m.add(where, c.Event, "a cancellation needs the name of an event", `write Cancel: []inngestgo.ConfigCancel{{Event: "order.cancelled"}}`)
		}
		if c.Timeout == nil {
			continue
		}
		if _, err := str2duration.ParseDuration(*c.Timeout); err != nil {
			if _, err := time.Parse(time.RFC3339, *c.Timeout); err != nil {
				m.add(where, *c.Timeout, "a cancellation's timeout is neither a duration nor a date", `write "24h" or "7d"`)
			}
		}
	}
}

func checkConcurrency(m *mistakes, where string, c *inngestgo.ConfigConcurrency) {
	if c == nil {
		return
	}
	if n := len(c.Step) + len(c.Fn); n > maxConcurrency {
		m.add(where, fmt.Sprint(n, " concurrency limits"), fmt.Sprintf("a function has at most %d", maxConcurrency), "keep the two that matter")
	}
	for _, one := range c.Step {
		if one.Limit < 0 {
			m.add(where, fmt.Sprint("a concurrency limit of ", one.Limit), "a limit cannot be negative", "write how many steps may run at once, or 0 for the account's own limit")
		}
		if one.Scope < ScopeFunction || one.Scope > ScopeAccount {
			m.add(where, fmt.Sprint("concurrency scope ", int(one.Scope)), "there is no such scope", "write inngestkit.ScopeFunction, ScopeEnv or ScopeAccount")
		}
		if one.Scope != ScopeFunction && one.Key == nil {
			m.add(where, "", "a concurrency limit shared beyond the function needs a key", `write Key: inngestgo.StrPtr("\"payments\"")`)
		}
	}
	for _, one := range c.Fn {
		if one.Limit < 0 {
			m.add(where, fmt.Sprint("a concurrency limit of ", one.Limit), "a limit cannot be negative", "write how many runs may be active at once")
		}
	}
}

func checkFlow(m *mistakes, where string, o inngestgo.FunctionOpts) {
	if b := o.BatchEvents; b != nil {
		if b.MaxSize < 1 || b.MaxSize > maxBatch {
			m.add(where, fmt.Sprint("a batch of ", b.MaxSize), fmt.Sprintf("a batch holds 1 to %d events", maxBatch), "write BatchEvents: &inngestgo.ConfigBatchEvents{MaxSize: 50, Timeout: 10*time.Second}")
		}
		if b.Timeout < time.Second || b.Timeout > time.Minute {
			m.add(where, b.Timeout.String(), "a batch waits 1 s to 60 s", "write Timeout: 10*time.Second")
		}
	}
	if d := o.Debounce; d != nil && d.Period <= 0 {
		m.add(where, d.Period.String(), "a debounce needs a positive period", "write Period: time.Minute")
	}
	if t := o.Throttle; t != nil && (t.Limit < 1 || t.Period < time.Second) {
		m.add(where, fmt.Sprintf("%d in %s", t.Limit, t.Period), "a throttle allows at least 1 run in at least 1 s", "write Limit: 10, Period: time.Minute")
	}
	if r := o.RateLimit; r != nil && (r.Limit < 1 || r.Period <= 0) {
		m.add(where, fmt.Sprintf("%d in %s", r.Limit, r.Period), "a rate limit allows at least 1 run in a positive period", "write Limit: 10, Period: time.Minute")
	}
	if s := o.Singleton; s != nil && s.Mode != SingletonSkip && s.Mode != SingletonCancel {
		m.add(where, fmt.Sprint("singleton mode ", int(s.Mode)), "there is no such mode", "write inngestkit.SingletonSkip or inngestkit.SingletonCancel")
	}
}

func checkTimeouts(m *mistakes, where string, t *inngestgo.ConfigTimeouts) {
	if t == nil {
		return
	}
	check := func(name string, d *time.Duration) {
		if d != nil && *d <= 0 {
			m.add(where, d.String(), "its "+name+" timeout must be positive", "write a duration such as time.Hour, or leave it out")
		}
	}
	check("start", t.Start)
	check("finish", t.Finish)
}
