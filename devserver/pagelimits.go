package devserver

import (
	"fmt"
	"strconv"
	"strings"
)

// pageFact is one option of a function, in words.
type pageFact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// facts returns the function's limits and options.
func (c *config) facts() []pageFact {
	out := []pageFact{}
	add := func(name, format string, args ...any) {
		out = append(out, pageFact{name, fmt.Sprintf(format, args...)})
	}
	n, _ := c.retries()
	add("retries", "%d", n)
	for _, l := range c.limits() {
		add("concurrency", "%d%s%s", l.Limit, per(l.Key), inScope(scope(l)))
	}
	if t := c.Throttle; t != nil {
		add("throttle", "%d in %s%s%s", t.Limit, short(t.Period), burst(t.Burst), per(t.Key))
	}
	if r := c.RateLimit; r != nil {
		add("rate limit", "%d in %s%s", r.Limit, short(r.Period), per(r.Key))
	}
	if d := c.Debounce; d != nil {
		add("debounce", "%s%s%s", short(d.Period), upTo(d.Timeout), per(d.Key))
	}
	if b := c.Batch; b != nil {
		add("batch", "%d or %s%s%s", b.MaxSize, short(b.Timeout), per(b.Key), when(b.If))
	}
	if s := c.Singleton; s != nil {
		add("singleton", "%s%s", s.Mode, per(s.Key))
	}
	if p := c.Priority; p != nil {
		add("priority", "%s", p.Run)
	}
	if c.Idempotency != "" {
		add("idempotency", "%s", c.Idempotency)
	}
	for _, cancel := range c.Cancel {
		add("cancel on", "%s%s%s", cancel.Event, when(cancel.If), within(cancel.Timeout))
	}
	if t := c.Timeouts; t != nil && t.Start != "" {
		add("start within", "%s", short(t.Start))
	}
	if t := c.Timeouts; t != nil && t.Finish != "" {
		add("finish within", "%s", short(t.Finish))
	}
	return out
}

func burst(n *int) string {
	if n == nil || *n <= 0 {
		return ""
	}
	return ", burst " + strconv.Itoa(*n)
}

func per(key string) string        { return prefixed(" per ", key) }
func when(condition string) string { return prefixed(" if ", condition) }
func upTo(d string) string         { return prefixed(", at most ", short(d)) }
func within(d string) string       { return prefixed(" within ", short(d)) }

func inScope(scope string) string {
	if scope == "FUNCTION" {
		return ""
	}
	return " in the " + strings.ToLower(scope)
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

// short removes the zero parts of a duration such as 24h0m0s.
func short(d string) string {
	if s, ok := strings.CutSuffix(d, "m0s"); ok {
		d = s + "m"
	}
	if s, ok := strings.CutSuffix(d, "h0m"); ok {
		d = s + "h"
	}
	return d
}
