package declare

import (
	"fmt"
	"time"

	"github.com/inngest/inngestgo"
	str2duration "github.com/xhit/go-str2duration/v2"

	"github.com/inngestkit/inngestkit/core/internal/mistake"
	"github.com/inngestkit/inngestkit/core/internal/settings"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// Values of inngestgo.ConfigStepConcurrency.Scope and
// inngestgo.ConfigSingleton.Mode, whose own types live in the server's
// packages.
const (
	perFunction = 0
	perAccount  = 2

	singletonSkip   = 0
	singletonCancel = 1
)

// checkOptions reports options that the server would refuse at sync, or worse,
// only at run time.
func checkOptions(l *mistake.List, where string, o inngestgo.FunctionOpts) {
	if o.Retries != nil && (*o.Retries < 0 || *o.Retries > wire.MaxRetries) {
		l.Add(mistake.Of("Retries", where), *o.Retries, fmt.Sprintf("a step is retried 0 to %d times", wire.MaxRetries), "write Retries: inngestgo.IntPtr(4)")
	}
	settings.CheckCheckpoint(l, mistake.Of("Checkpoint", where), o.Checkpoint)
	checkCancels(l, where, o.Cancel)
	checkConcurrency(l, where, o.Concurrency)
	checkBatch(l, where, o)
	checkFlow(l, where, o)
	checkTimeouts(l, where, o.Timeouts)
}

func checkCancels(l *mistake.List, where string, cancels []inngestgo.ConfigCancel) {
	if len(cancels) > wire.MaxCancellations {
		l.Add(mistake.Of("Cancel", where), mistake.Unquoted(fmt.Sprint(len(cancels), " entries")), fmt.Sprintf("a function has at most %d", wire.MaxCancellations), "join the expressions of those on one event with ||")
	}
	for i, c := range cancels {
		if c.Event == "" || BadEventName(c.Event) {
			l.Add(mistake.Of(fmt.Sprintf("Cancel[%d].Event", i), where), c.Event, "it names no event that can be sent", `write one such as Event: "order.cancelled"`)
		}
		if c.Timeout == nil {
			continue
		}
		if _, err := str2duration.ParseDuration(*c.Timeout); err != nil {
			if _, err := time.Parse(time.RFC3339, *c.Timeout); err != nil {
				l.Add(mistake.Of(fmt.Sprintf("Cancel[%d].Timeout", i), where), *c.Timeout, "it is neither a duration nor an RFC 3339 date", `write Timeout: inngestgo.StrPtr("24h")`)
			}
		}
	}
}

func checkConcurrency(l *mistake.List, where string, c *inngestgo.ConfigConcurrency) {
	if c == nil {
		return
	}
	if n := len(c.Step) + len(c.Fn); n > wire.MaxConcurrencyLimits {
		l.Add(mistake.Of("Concurrency", where), mistake.Unquoted(fmt.Sprint(n, " limits")), fmt.Sprintf("a function has at most %d, steps' and runs' together", wire.MaxConcurrencyLimits), "keep the two that matter")
	}
	for i, one := range c.Step {
		field := func(name string) string { return mistake.Of(fmt.Sprintf("Concurrency.Step[%d].%s", i, name), where) }
		if one.Limit < 0 {
			l.Add(field("Limit"), one.Limit, "a limit cannot be negative", "write how many steps may run at once, or 0 for the account's own limit")
		}
		if one.Scope < perFunction || one.Scope > perAccount {
			l.Add(field("Scope"), int(one.Scope), "there is no such scope", "make the limit with inngestkit.StepConcurrency")
		}
		if one.Scope != perFunction && one.Key == nil {
			l.Add(field("Key"), "", "a limit shared beyond the function needs a key to be shared by", `write Key: inngestgo.StrPtr("\"payments\"")`)
		}
	}
	for i, one := range c.Fn {
		if one.Limit <= 0 {
			l.Add(mistake.Of(fmt.Sprintf("Concurrency.Fn[%d].Limit", i), where), one.Limit, "at least one run must be allowed", "write how many runs may be active at once, or leave the limit out")
		}
	}
}

func checkBatch(l *mistake.List, where string, o inngestgo.FunctionOpts) {
	b := o.BatchEvents
	if b == nil {
		return
	}
	if b.MaxSize < wire.MinBatchEvents || b.MaxSize > wire.MaxBatchEvents {
		l.Add(mistake.Of("BatchEvents.MaxSize", where), b.MaxSize, fmt.Sprintf("a batch holds %d to %d events", wire.MinBatchEvents, wire.MaxBatchEvents), "write MaxSize: 50")
	}
	if b.Timeout < wire.MinBatchTimeout || b.Timeout > wire.MaxBatchTimeout {
		l.Add(mistake.Of("BatchEvents.Timeout", where), b.Timeout, "a batch waits 1s to 60s", "write Timeout: 10*time.Second")
	}
	if o.Priority != nil && o.Priority.Run != nil {
		l.Add(mistake.Of("Priority", where), *o.Priority.Run, "a function that takes batches cannot have a priority", "remove Priority or BatchEvents")
	}
}

func checkFlow(l *mistake.List, where string, o inngestgo.FunctionOpts) {
	if d := o.Debounce; d != nil && (d.Period < wire.MinDebouncePeriod || d.Period > wire.MaxDebouncePeriod) {
		l.Add(mistake.Of("Debounce.Period", where), d.Period, "a debounce waits 1s to 7 days", "write Period: time.Minute")
	}
	if t := o.Throttle; t != nil && (t.Limit < 1 || t.Period < wire.MinThrottlePeriod) {
		l.Add(mistake.Of("Throttle", where), mistake.Unquoted(fmt.Sprintf("%d in %s", t.Limit, t.Period)), "a throttle allows at least 1 run in at least 1s", "write Limit: 10, Period: time.Minute")
	}
	if r := o.RateLimit; r != nil && (r.Limit < 1 || r.Period < wire.MinRateLimitPeriod || r.Period > wire.MaxRateLimitPeriod) {
		l.Add(mistake.Of("RateLimit", where), mistake.Unquoted(fmt.Sprintf("%d in %s", r.Limit, r.Period)), "a rate limit allows at least 1 run in 1s to 24h", "write Limit: 10, Period: time.Minute")
	}
	if s := o.Singleton; s != nil && s.Mode != singletonSkip && s.Mode != singletonCancel {
		l.Add(mistake.Of("Singleton.Mode", where), int(s.Mode), "there is no such mode", "make it with inngestkit.Singleton")
	}
}

func checkTimeouts(l *mistake.List, where string, t *inngestgo.ConfigTimeouts) {
	if t == nil {
		return
	}
	check := func(name string, d *time.Duration) {
		if d != nil && *d <= 0 {
			l.Add(mistake.Of("Timeouts."+name, where), *d, "a timeout must be positive", "write a duration such as time.Hour, or leave it out")
		}
	}
	check("Start", t.Start)
	check("Finish", t.Finish)
}
