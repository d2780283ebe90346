package inngesttest

import (
	"maps"
	"slices"
	"strings"
)

// checkDeliver looks for names given to Deliver that the app knows nothing of.
func (e *Env) checkDeliver() {
	if len(e.began) == 0 {
		return // what it waits for is not known
	}
	known := e.eventNames()
	for _, name := range slices.Sorted(maps.Keys(e.deliver)) {
		if slices.ContainsFunc(known, func(k string) bool { return covers(k, name) }) {
			continue
		}
		e.problemf("env.Deliver(%q) at %s: nothing sent such an event, is started by it or waits for it\n\tthe events that were there are %s; mend the name, or remove it",
			name, e.deliver[name], strings.Join(known, ", "))
	}
}

// covers reports whether a name, of a trigger perhaps with a wildcard at its
// end, is that of an event.
func covers(pattern, name string) bool {
	prefix, wild := strings.CutSuffix(pattern, "*")
	return pattern == name || wild && strings.HasPrefix(name, prefix)
}

// eventNames are the events that were sent, and those that functions are
// started by and have waited for.
func (e *Env) eventNames() []string {
	names := map[string]bool{}
	for _, s := range e.sent {
		names[s.Name] = true
	}
	for _, fn := range e.app.Functions() {
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
