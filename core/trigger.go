package inngestkit

import (
	"errors"
	"fmt"
	"slices"
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
	mistakes []func(m *mistakes, where string)
}

// Triggers are the triggers as inngestgo registers them.
func (t Trigger) Triggers() []inngestgo.Trigger { return slices.Clone(t.triggers) }

// Trigger starts a function on events of this type, on all of them or on
// those that match every filter.
func (e EventType[T]) Trigger(filters ...Filter) Trigger {
	t := Trigger{
		triggers: []inngestgo.Trigger{inngestgo.EventTrigger(e.def.name, expression(filters))},
		defs:     []*definition{e.def},
	}
	for _, f := range filters {
		if strings.TrimSpace(f.expr) == "" {
			t.mistake("", "an If is empty", `write If("event.data.total > 100"), or leave it out`)
		}
	}
	return t
}

func (t *Trigger) mistake(given, problem, mend string) {
	t.mistakes = append(t.mistakes, func(m *mistakes, where string) {
		m.add(of("the trigger", where), given, problem, mend)
	})
}

// Filter is an expression in the Common Expression Language that an event
// must match.
type Filter struct{ expr string }

// If filters by a CEL expression. In a trigger `event` is the event at hand;
// in a wait `event` is the one that started the run and `async` the one at
// hand: If("event.data.orderId == async.data.orderId").
func If(expr string) Filter { return Filter{expr} }

func expression(filters []Filter) *string {
	var parts []string
	for _, f := range filters {
		if strings.TrimSpace(f.expr) != "" {
			parts = append(parts, f.expr)
		}
	}
	switch len(parts) {
	case 0:
		return nil
	case 1:
		return &parts[0]
	}
	return new("(" + strings.Join(parts, ") && (") + ")")
}

// AnyOf starts a function on any of several triggers, at most ten.
func AnyOf(triggers ...Triggerable) Trigger {
	var all Trigger
	for _, t := range triggers {
		if t == nil {
			all.mistake("", "AnyOf was given a nil", `write OrderCreated.Trigger() or Cron("0 9 * * *") for each`)
			continue
		}
		all.triggers = append(all.triggers, t.Triggers()...)
		if own, ok := t.(Trigger); ok {
			all.defs = append(all.defs, own.defs...)
			all.mistakes = append(all.mistakes, own.mistakes...)
		}
	}
	return all
}

// Cron starts a function on a schedule of five fields, such as "0 9 * * 1-5",
// in UTC unless InZone says otherwise. The server knows no "@daily" and its
// like. The event of a tick is "inngest/scheduled.timer"; it is not validated.
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

// Jitter delays each start by a random time of up to d, 1 s to 5 minutes.
func Jitter(d time.Duration) CronOption { return func(c *cronSettings) { c.jitter = d } }

// checkTriggers holds the server's limits on a function's triggers.
func checkTriggers(m *mistakes, where string, t Triggerable) {
	reported := false
	if own, ok := t.(Trigger); ok {
		for _, report := range own.mistakes {
			report(m, where)
		}
		reported = len(own.mistakes) > 0
	}
	all := t.Triggers()
	switch {
	case len(all) == 0 && !reported:
		m.add(where, "", "a function needs a trigger", `write OrderCreated.Trigger(), Cron("0 9 * * *") or AnyOf(…) of several`)
	case len(all) > maxTriggers:
		m.add(of("AnyOf", where), unquoted(fmt.Sprint(len(all), " triggers")), fmt.Sprintf("a function has at most %d", maxTriggers), "use a wildcard event, or split the function")
	}
	seen := map[string]bool{}
	for _, one := range all {
		checkTrigger(m, of("the trigger", where), one)
		key := triggerKey(one)
		if key != "" && seen[key] {
			m.add(of("the trigger", where), key, "it is there twice", "remove one of the two")
		}
		seen[key] = true
	}
}

func checkTrigger(m *mistakes, where string, t inngestgo.Trigger) {
	const example = `write OrderCreated.Trigger(), or inngestgo.EventTrigger("order.created", nil)`
	switch {
	case t.CronTrigger != nil:
		checkCron(m, where, t.Cron, t.Jitter)
	case t.EventTrigger == nil || t.Event == "":
		m.add(where, "", "it names no event", example)
	case badEventName(t.Event):
		m.add(where, t.Event, "an event's name holds no spaces or control characters, and '*' only at its end, after '.' or '/'", `write one such as "order.created" or "order.*"`)
	case t.Expression != nil && strings.TrimSpace(*t.Expression) == "":
		m.add(where, t.Event, "its expression is empty", `write If("event.data.total > 100"), or leave it out`)
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

// Range of a cron trigger's jitter that the server takes.
const (
	minJitter = time.Second
	maxJitter = 5 * time.Minute
)

func checkCron(m *mistakes, where, schedule string, jitter *string) {
	if err := parseCron(schedule); err != nil {
		m.add(where, schedule, err.Error(), `write five fields such as Cron("0 9 * * 1-5"), and a time zone as InZone("Europe/Berlin")`)
	}
	if jitter == nil {
		return
	}
	if d, err := time.ParseDuration(*jitter); err != nil || d < minJitter || d > maxJitter {
		m.add(of("Jitter", where), *jitter, "a jitter is 1s to 5 minutes", "write Jitter(30*time.Second)")
	}
}

// isZone believes every name where the program has no time zone database, as
// in a container made of nothing else: the server has one.
func isZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	if _, err := time.LoadLocation(name); err == nil {
		return true
	}
	_, err := time.LoadLocation("America/New_York")
	return err != nil
}

// cronParser reads what the server does.
var cronParser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

func parseCron(schedule string) error {
	spec := schedule
	if strings.HasPrefix(spec, "TZ=") || strings.HasPrefix(spec, "CRON_TZ=") {
		_, zone, _ := strings.Cut(spec, "=")
		zone, spec, _ = strings.Cut(zone, " ")
		if !isZone(zone) {
			return fmt.Errorf("there is no time zone %q", zone)
		}
	}
	if strings.Contains(spec, "TZ=") { // the parser panics on some of these
		return errors.New("it names a time zone twice")
	}
	if n := len(strings.Fields(spec)); n != 5 {
		return fmt.Errorf("a schedule has 5 fields, not %d", n)
	}
	if _, err := cronParser.Parse(spec); err != nil {
		return fmt.Errorf("the schedule cannot be read: %w", err)
	}
	return nil
}
