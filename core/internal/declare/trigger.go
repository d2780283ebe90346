package declare

import (
	"fmt"
	"strings"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/core/internal/mistake"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// checkTriggers checks a function's triggers against the server's limits.
func (f *Function) checkTriggers(l *mistake.List, where string) {
	for _, report := range f.TriggerMistakes {
		report(l, where)
	}
	reported := len(f.TriggerMistakes) > 0
	all := f.Trigger.Triggers()
	switch {
	case len(all) == 0 && !reported:
		l.Add(where, "", "a function needs a trigger", `write OrderCreated.Trigger(), Cron("0 9 * * *") or AnyOf(…) of several`)
	case len(all) > wire.MaxTriggers:
		l.Add(mistake.Of("AnyOf", where), mistake.Unquoted(fmt.Sprint(len(all), " triggers")), fmt.Sprintf("a function has at most %d", wire.MaxTriggers), "use a wildcard event, or split the function")
	}
	seen := map[string]bool{}
	for _, one := range all {
		checkTrigger(l, mistake.Of("the trigger", where), one)
		key := triggerKey(one)
		if key != "" && seen[key] {
			l.Add(mistake.Of("the trigger", where), key, "it is there twice", "remove one of the two")
		}
		seen[key] = true
	}
}

func checkTrigger(l *mistake.List, where string, t inngestgo.Trigger) {
	const example = `write OrderCreated.Trigger(), or inngestgo.EventTrigger("order.created", nil)`
	switch {
	case t.CronTrigger != nil:
		checkCron(l, where, t.Cron, t.Jitter)
	case t.EventTrigger == nil || t.Event == "":
		l.Add(where, "", "it names no event", example)
	case BadEventName(t.Event):
		l.Add(where, t.Event, "an event's name holds no spaces or control characters, and '*' only at its end, after '.' or '/'", `write one such as "order.created" or "order.*"`)
	case t.Expression != nil && strings.TrimSpace(*t.Expression) == "":
		l.Add(where, t.Event, "its expression is empty", `write If("event.data.total > 100"), or leave it out`)
	}
}

// triggerKey is equal for triggers that the server takes for the same: its
// view of schedules leaves the jitter out.
func triggerKey(t inngestgo.Trigger) string {
	switch {
	case t.CronTrigger != nil:
		return t.Cron
	case t.EventTrigger != nil && t.Expression != nil:
		return t.Event + " if " + *t.Expression
	case t.EventTrigger != nil:
		return t.Event
	}
	return ""
}
