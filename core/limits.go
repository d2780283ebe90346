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
	minBatch       = 2
	maxBatch       = 100
)

// Ranges of durations that the server takes.
const (
	minPeriod       = time.Second
	maxDebounce     = 7 * 24 * time.Hour
	maxRateLimit    = 24 * time.Hour
	minBatchTimeout = time.Second
	maxBatchTimeout = time.Minute
)

// checkOptions reports what the server would refuse at sync, or worse, only
// at run time.
func checkOptions(m *mistakes, where string, o inngestgo.FunctionOpts) {
	if o.Retries != nil && (*o.Retries < 0 || *o.Retries > maxRetries) {
		m.add(of("Retries", where), *o.Retries, fmt.Sprintf("a step is retried 0 to %d times", maxRetries), "write Retries: inngestgo.IntPtr(4)")
	}
	checkCheckpoint(m, of("Checkpoint", where), o.Checkpoint)
	checkCancels(m, where, o.Cancel)
	checkConcurrency(m, where, o.Concurrency)
	checkBatch(m, where, o)
	checkFlow(m, where, o)
	checkTimeouts(m, where, o.Timeouts)
}

// checkCheckpoint refuses, by name, the presets that buffer finished steps
// and drop the buffer when the function ends (inngestgo v0.16.0).
func checkCheckpoint(m *mistakes, where string, c *checkpoint.Config) {
	if c == nil || (c.BatchSteps <= 1 && c.BatchInterval == 0) {
		return
	}
	name := unquoted(fmt.Sprintf("checkpoint.Config{BatchSteps: %d, BatchInterval: %s}", c.BatchSteps, c.BatchInterval))
	switch *c {
	case *checkpoint.ConfigPerformant:
		name = "checkpoint.ConfigPerformant"
	case *checkpoint.ConfigBlended:
		name = "checkpoint.ConfigBlended"
	}
	m.add(where, name, "it loses steps that finished but were not yet flushed when the function ends", "write checkpoint.ConfigSafe, or leave checkpointing off")
}

func checkCancels(m *mistakes, where string, cancels []inngestgo.ConfigCancel) {
	if len(cancels) > maxCancels {
		m.add(of("Cancel", where), unquoted(fmt.Sprint(len(cancels), " entries")), fmt.Sprintf("a function has at most %d", maxCancels), "join the expressions of those on one event with ||")
	}
	for i, c := range cancels {
		if c.Event == "" || badEventName(c.Event) {
			m.add(of(fmt.Sprintf("Cancel[%d].Event", i), where), c.Event, "it names no event that can be sent", `write one such as Event: "order.cancelled"`)
		}
		if c.Timeout == nil {
			continue
		}
		if _, err := str2duration.ParseDuration(*c.Timeout); err != nil {
			if _, err := time.Parse(time.RFC3339, *c.Timeout); err != nil {
				m.add(of(fmt.Sprintf("Cancel[%d].Timeout", i), where), *c.Timeout, "it is neither a duration nor an RFC 3339 date", `write Timeout: inngestgo.StrPtr("24h")`)
			}
		}
	}
}

func checkConcurrency(m *mistakes, where string, c *inngestgo.ConfigConcurrency) {
	if c == nil {
		return
	}
	if n := len(c.Step) + len(c.Fn); n > maxConcurrency {
		m.add(of("Concurrency", where), unquoted(fmt.Sprint(n, " limits")), fmt.Sprintf("a function has at most %d, steps' and runs' together", maxConcurrency), "keep the two that matter")
	}
	for i, one := range c.Step {
		field := func(name string) string { return of(fmt.Sprintf("Concurrency.Step[%d].%s", i, name), where) }
		if one.Limit < 0 {
			m.add(field("Limit"), one.Limit, "a limit cannot be negative", "write how many steps may run at once, or 0 for the account's own limit")
		}
		if one.Scope < ScopeFunction || one.Scope > ScopeAccount {
			m.add(field("Scope"), int(one.Scope), "there is no such scope", "write inngestkit.ScopeFunction, ScopeEnv or ScopeAccount")
		}
		if one.Scope != ScopeFunction && one.Key == nil {
			m.add(field("Key"), "", "a limit shared beyond the function needs a key to be shared by", `write Key: inngestgo.StrPtr("\"payments\"")`)
		}
	}
	for i, one := range c.Fn {
		if one.Limit <= 0 {
			m.add(of(fmt.Sprintf("Concurrency.Fn[%d].Limit", i), where), one.Limit, "at least one run must be allowed", "write how many runs may be active at once, or leave the limit out")
		}
	}
}

func checkBatch(m *mistakes, where string, o inngestgo.FunctionOpts) {
	b := o.BatchEvents
	if b == nil {
		return
	}
	if b.MaxSize < minBatch || b.MaxSize > maxBatch {
		m.add(of("BatchEvents.MaxSize", where), b.MaxSize, fmt.Sprintf("a batch holds %d to %d events", minBatch, maxBatch), "write MaxSize: 50")
	}
	if b.Timeout < minBatchTimeout || b.Timeout > maxBatchTimeout {
		m.add(of("BatchEvents.Timeout", where), b.Timeout, "a batch waits 1s to 60s", "write Timeout: 10*time.Second")
	}
	if o.Priority != nil && o.Priority.Run != nil {
		m.add(of("Priority", where), *o.Priority.Run, "a function that takes batches cannot have a priority", "remove Priority or BatchEvents")
	}
}

func checkFlow(m *mistakes, where string, o inngestgo.FunctionOpts) {
	if d := o.Debounce; d != nil && (d.Period < minPeriod || d.Period > maxDebounce) {
		m.add(of("Debounce.Period", where), d.Period, "a debounce waits 1s to 7 days", "write Period: time.Minute")
	}
	if t := o.Throttle; t != nil && (t.Limit < 1 || t.Period < minPeriod) {
		m.add(of("Throttle", where), unquoted(fmt.Sprintf("%d in %s", t.Limit, t.Period)), "a throttle allows at least 1 run in at least 1s", "write Limit: 10, Period: time.Minute")
	}
	if r := o.RateLimit; r != nil && (r.Limit < 1 || r.Period < minPeriod || r.Period > maxRateLimit) {
		m.add(of("RateLimit", where), unquoted(fmt.Sprintf("%d in %s", r.Limit, r.Period)), "a rate limit allows at least 1 run in 1s to 24h", "write Limit: 10, Period: time.Minute")
	}
	if s := o.Singleton; s != nil && s.Mode != SingletonSkip && s.Mode != SingletonCancel {
		m.add(of("Singleton.Mode", where), int(s.Mode), "there is no such mode", "write inngestkit.SingletonSkip or inngestkit.SingletonCancel")
	}
}

func checkTimeouts(m *mistakes, where string, t *inngestgo.ConfigTimeouts) {
	if t == nil {
		return
	}
	check := func(name string, d *time.Duration) {
		if d != nil && *d <= 0 {
			m.add(of("Timeouts."+name, where), *d, "a timeout must be positive", "write a duration such as time.Hour, or leave it out")
		}
	}
	check("Start", t.Start)
	check("Finish", t.Finish)
}
