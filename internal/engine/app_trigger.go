package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// trigger starts a function by an event or by a schedule.
type trigger struct {
	event  string
	when   expr.Expression
	cron   string
	ticks  cron.Schedule
	jitter time.Duration
}

func (e *Engine) newTriggers(configs []wire.Trigger) ([]trigger, error) {
	if len(configs) > wire.MaxTriggers {
		return nil, fmt.Errorf("it has %d triggers; at most %d are allowed", len(configs), wire.MaxTriggers)
	}
	triggers := make([]trigger, 0, len(configs))
	for i, c := range configs {
		if slices.Contains(configs[:i], c) {
			return nil, fmt.Errorf("it has the trigger %q twice", cmp.Or(c.Event, c.Cron))
		}
		t, err := e.newTrigger(c)
		if err != nil {
			return nil, err
		}
		triggers = append(triggers, t)
	}
	return triggers, nil
}

func (e *Engine) newTrigger(c wire.Trigger) (t trigger, err error) {
	t = trigger{event: c.Event, cron: c.Cron}
	switch {
	case c.Cron != "" && c.Event != "":
		return t, fmt.Errorf("a trigger names both the event %q and the schedule %q; make it two", c.Event, c.Cron)
	case c.Cron != "":
		t.ticks, t.jitter, err = parseSchedule(c)
		return t, err
	case c.Event == "":
		return t, fmt.Errorf("a trigger names neither an event nor a schedule")
	case len(c.Event) > wire.MaxEventNameBytes:
		return t, fmt.Errorf("a trigger's event name has %d bytes; at most %d are allowed", len(c.Event), wire.MaxEventNameBytes)
	}
	if _, ok := wildcard(c.Event); !ok && strings.HasSuffix(c.Event, "*") {
		e.log.Warn("a star in a trigger is a wildcard only after a slash or a dot: this one matches no other event", "event", c.Event)
	}
	t.when, err = e.compiler.Compile(c.Expression)
	return t, err
}

// parseSchedule parses a schedule of five fields. Like the official server it
// rejects "@daily" and other descriptors.
func parseSchedule(c wire.Trigger) (ticks cron.Schedule, jitter time.Duration, err error) {
	const fields = cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow
	if len(c.Cron) > wire.MaxCronBytes {
		return nil, 0, fmt.Errorf("a schedule has %d bytes; at most %d are allowed", len(c.Cron), wire.MaxCronBytes)
	}
	if ticks, err = cron.NewParser(fields).Parse(c.Cron); err != nil {
		return nil, 0, fmt.Errorf("the schedule %q is not valid: %w", c.Cron, err)
	}
	if c.Jitter == "" {
		return ticks, 0, nil
	}
	if jitter, err = parseDuration(c.Jitter); err != nil {
		return nil, 0, fmt.Errorf("the jitter of the schedule %q: %w", c.Cron, err)
	}
	if jitter != 0 && jitter < wire.MinCronJitter || jitter > wire.MaxCronJitter {
		return nil, 0, fmt.Errorf("the jitter of the schedule %q is %v; it must be 0, or %v to %v", c.Cron, jitter, wire.MinCronJitter, wire.MaxCronJitter)
	}
	return ticks, jitter, nil
}

// wildcard returns the prefix that a wildcard event name matches, and whether
// the name is a wildcard: a star after a slash or a dot, as Inngest documents.
func wildcard(event string) (prefix string, ok bool) {
	prefix, ok = strings.CutSuffix(event, "*")
	return prefix, ok && (strings.HasSuffix(prefix, "/") || strings.HasSuffix(prefix, "."))
}

// matches reports whether the trigger's event name matches the name.
func (t trigger) matches(name string) bool {
	if prefix, ok := wildcard(t.event); ok {
		return strings.HasPrefix(name, prefix)
	}
	return t.event == name && name != ""
}

func (fn *function) startedBy(ev *event) bool {
	return slices.ContainsFunc(fn.triggers, func(t trigger) bool {
		return t.matches(ev.Name) && t.when.Matches(ev, nil)
	})
}
