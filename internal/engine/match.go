package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// trigger starts a function: by an event, or by a schedule.
type trigger struct {
	event  string
	when   expression
	cron   string
	ticks  cron.Schedule
	jitter time.Duration
}

func (e *Engine) newTriggers(configs []wire.Trigger) ([]trigger, error) {
	triggers := make([]trigger, 0, len(configs))
	for _, c := range configs {
		t := trigger{event: c.Event, cron: c.Cron}
		var err error
		switch {
		case c.Cron != "":
			if t.ticks, err = cron.ParseStandard(c.Cron); err != nil {
				return nil, fmt.Errorf("the schedule %q is not valid: %w", c.Cron, err)
			}
			if t.jitter, err = parseDuration(c.Jitter); c.Jitter != "" && err != nil {
				return nil, fmt.Errorf("the jitter of the schedule %q: %w", c.Cron, err)
			}
		case c.Event != "":
			if t.when, err = e.compiler.compile(c.Expression); err != nil {
				return nil, err
			}
			if _, ok := wildcard(c.Event); !ok && strings.HasSuffix(c.Event, "*") {
				e.log.Warn("a star in a trigger counts after a slash or a dot only: this one matches no other event", "event", c.Event)
			}
		default:
			return nil, fmt.Errorf("a trigger names neither an event nor a schedule")
		}
		triggers = append(triggers, t)
	}
	return triggers, nil
}

// wildcard returns the prefix that a trigger's event name stands for. A star
// counts after a slash or a dot only, as Inngest documents it.
func wildcard(event string) (prefix string, ok bool) {
	prefix, ok = strings.CutSuffix(event, "*")
	return prefix, ok && (strings.HasSuffix(prefix, "/") || strings.HasSuffix(prefix, "."))
}

// matches reports whether the trigger is for an event of this name.
func (t trigger) matches(name string) bool {
	if prefix, ok := wildcard(t.event); ok {
		return strings.HasPrefix(name, prefix)
	}
	return t.event == name && name != ""
}

// index arranges the functions by the events that start them.
func (r *registry) index() {
	r.byEvent, r.byUUID, r.wildcards = map[string][]*function{}, map[string]*function{}, nil
	for _, fn := range r.ordered() {
		r.byUUID[fn.uuid] = fn
		wild := false
		for _, t := range fn.triggers {
			switch _, star := wildcard(t.event); {
			case t.event == "":
			case star:
				wild = true
			case !slices.Contains(r.byEvent[t.event], fn):
				r.byEvent[t.event] = append(r.byEvent[t.event], fn)
			}
		}
		if wild {
			r.wildcards = append(r.wildcards, fn)
		}
	}
}

// ordered returns the functions in the order they were registered.
func (r *registry) ordered() []*function {
	all := make([]*function, 0, len(r.functions))
	for _, fn := range r.functions {
		all = append(all, fn)
	}
	slices.SortFunc(all, byOrder)
	return all
}

func byOrder(a, b *function) int { return cmp.Compare(a.order, b.order) }

// triggered returns the functions that the event starts, each once however
// many of its triggers match.
func (r *registry) triggered(ev *event) []*function {
	exact := r.byEvent[ev.Name]
	if len(exact) == 0 && len(r.wildcards) == 0 {
		return nil
	}
	candidates := slices.Concat(exact, r.wildcards)
	slices.SortFunc(candidates, byOrder)
	candidates = slices.Compact(candidates)
	return slices.DeleteFunc(candidates, func(fn *function) bool { return !fn.startedBy(ev) })
}

func (fn *function) startedBy(ev *event) bool {
	return slices.ContainsFunc(fn.triggers, func(t trigger) bool {
		return t.matches(ev.Name) && t.when.matches(ev, nil)
	})
}
