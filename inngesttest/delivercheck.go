package inngesttest

import (
	"maps"
	"slices"
	"strings"
)

// checkDeliver looks for names given to Deliver that no event, trigger or wait has.
func (e *Env) checkDeliver() {
	if len(e.began) == 0 {
		return // its waits are not known
	}
	known := e.eventNames()
	for _, name := range slices.Sorted(maps.Keys(e.deliver)) {
		if slices.ContainsFunc(known, func(k string) bool { return covers(k, name) }) {
			continue
		}
		e.problemf("env.Deliver(%q) at %s: no such event was sent, and no function is triggered by it or waits for it\n\tthe events of this test are %s; fix the name, or remove it",
			name, e.deliver[name], strings.Join(known, ", "))
	}
}

// covers reports whether pattern, an event's name or one with a wildcard at its end,
// matches name.
func covers(pattern, name string) bool {
	prefix, wild := strings.CutSuffix(pattern, "*")
	return pattern == name || wild && strings.HasPrefix(name, prefix)
}

// eventNames returns the names of the events that were sent, of the functions'
// triggers, and of the events that runs have waited for.
func (e *Env) eventNames() []string {
	names := map[string]bool{}
	for _, s := range e.sent {
		names[s.Name] = true
	}
	for _, fn := range e.app.Registered() {
		for _, t := range fn.Triggers() {
			if t.EventTrigger != nil {
				names[t.Event] = true
			}
		}
	}
	for _, run := range e.began {
		for _, s := range run.view().Steps {
			if s.Awaits.Event != "" {
				names[s.Awaits.Event] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}
