package inngestkit

import (
	"fmt"
	"strings"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/robfig/cron/v3"
)

// Triggerable is what starts a function: a Trigger of this package, or any
// trigger of inngestgo.
type Triggerable interface {
	Triggers() []inngestgo.Trigger
}

// Trigger is one or several triggers that know the definitions behind them.
type Trigger struct {
	triggers []inngestgo.Trigger
	defs     []*definition
	mistake  string
}

// Triggers are the triggers as inngestgo registers them.
func (t Trigger) Triggers() []inngestgo.Trigger { return t.triggers }

// Trigger starts a function on events of this type, on all of them or on
// those that match every filter.
func (e EventType[T]) Trigger(filters ...Filter) Trigger {
	return Trigger{
		triggers: []inngestgo.Trigger{inngestgo.EventTrigger(e.def.name, expression(filters))},
		defs:     []*definition{e.def},
	}
}

// Filter is an expression in the Common Expression Language that an event
// must match.
type Filter struct{ expr string }

// If filters by a CEL expression. In a trigger `event` is the event at hand;
// in a wait `event` is the one that started the run and `async` the one at
// hand: If("event.data.orderId == async.data.orderId").
func If(expr string) Filter { return Filter{expr} }

func expression(filters []Filter) *string {
	switch len(filters) {
	case 0:
		return nil
	case 1:
		return &filters[0].expr
	}
	parts := make([]string, len(filters))
	for i, f := range filters {
		parts[i] = "(" + f.expr + ")"
	}
	all := strings.Join(parts, " && ")
	return &all
}

// AnyOf starts a function on any of several triggers, at most ten.
func AnyOf(triggers ...Triggerable) Trigger {
	var all Trigger
	for _, t := range triggers {
		if t == nil {
			all.mistake = "AnyOf was given a nil trigger"
			continue
		}
		all.triggers = append(all.triggers, t.Triggers()...)
		if own, ok := t.(Trigger); ok {
			all.defs = append(all.defs, own.defs...)
			if own.mistake != "" {
				all.mistake = own.mistake
			}
		}
	}
	return all
}

// Cron starts a function on a schedule of five fields, such as "0 9 * * 1-5",
// in UTC unless InZone says otherwise. The event of a tick is
// "inngest/scheduled.timer"; it is not validated.
func Cron(schedule string, opts ...CronOption) Trigger {
	var c cronSettings
	for _, opt := range opts {
		opt(&c)
	}
	if c.zone != "" {
		schedule = "TZ=" + c.zone + " " + schedule
	}
	t := Trigger{triggers: []inngestgo.Trigger{inngestgo.CronTrigger(schedule)}}
	if c.jitter != 0 {
		t.triggers[0] = inngestgo.CronTriggerWithJitter(schedule, c.jitter)
	}
	return t
}

// CronOption is an option of Cron.
type CronOption func(*cronSettings)

type cronSettings struct {
	zone   string
	jitter time.Duration
}

// InZone reads the schedule in an IANA time zone, such as "Europe/Berlin".
func InZone(name string) CronOption { return func(c *cronSettings) { c.zone = name } }

// Jitter delays each start by a random time of up to d.
func Jitter(d time.Duration) CronOption { return func(c *cronSettings) { c.jitter = d } }

// checkTriggers holds the server's limits on a function's triggers.
func checkTriggers(m *mistakes, where string, t Triggerable) {
	if own, ok := t.(Trigger); ok && own.mistake != "" {
		m.add(where, "", own.mistake, "mend the trigger")
	}
	all := t.Triggers()
	switch {
	case len(all) == 0:
		m.add(where, "", "a function needs a trigger", `write OrderCreated.Trigger(), Cron("0 9 * * *") or AnyOf(…)`)
	case len(all) > maxTriggers:
		m.add(where, fmt.Sprint(len(all), " triggers"), fmt.Sprintf("a function has at most %d triggers", maxTriggers), "use a wildcard event, or split the function")
	}
	for _, one := range all {
		switch {
		case one.CronTrigger != nil:
			checkCron(m, where, one.Cron, one.Jitter)
		case one.EventTrigger == nil || one.Event == "":
			m.add(where, "", "a trigger names no event", `write inngestgo.EventTrigger("order.created", nil)`)
		case badEventName(one.Event):
			m.add(where, one.Event, "a trigger's event holds no spaces, and '*' only at its end", `write one such as "order.created" or "order.*"`)
		case one.Expression != nil && strings.TrimSpace(*one.Expression) == "":
			m.add(where, "", fmt.Sprintf("the expression of trigger %q is empty", one.Event), `write If("event.data.total > 100"), or leave it out`)
		}
	}
}

func checkCron(m *mistakes, where, schedule string, jitter *string) {
	if err := parseCron(schedule); err != nil {
		m.add(where, schedule, "the schedule cannot be read: "+err.Error(), `write five fields such as "0 9 * * 1-5", and the time zone with InZone("Europe/Berlin")`)
	}
	if jitter == nil {
		return
	}
	if d, err := time.ParseDuration(*jitter); err != nil {
		m.add(where, *jitter, "the jitter is not a duration", "write Jitter(30*time.Second)")
	} else if d < 0 {
		m.add(where, *jitter, "the jitter is negative", "write Jitter(30*time.Second)")
	}
}

func parseCron(schedule string) (err error) {
	spec := schedule
	for _, prefix := range []string{"TZ=", "CRON_TZ="} {
		rest, ok := strings.CutPrefix(schedule, prefix)
		if !ok {
			continue
		}
		zone, fields, _ := strings.Cut(rest, " ")
		if _, err := time.LoadLocation(zone); err != nil {
			return fmt.Errorf("unknown time zone %q", zone)
		}
		spec = fields
	}
	_, err = cron.ParseStandard(strings.TrimSpace(spec))
	return err
}
