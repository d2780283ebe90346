package inngestkit

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/core/internal/declare"
	"github.com/inngestkit/inngestkit/core/internal/mistake"
)

// Triggerable is what starts a function: a [Trigger] of this package, or any
// trigger of inngestgo.
type Triggerable interface {
	Triggers() []inngestgo.Trigger
}

// Trigger is one or several triggers that know the definitions behind them.
type Trigger struct {
	triggers []inngestgo.Trigger
	events   []*declare.Event
	mistakes []mistake.Report
}

// Triggers returns the triggers as inngestgo registers them.
func (t Trigger) Triggers() []inngestgo.Trigger { return slices.Clone(t.triggers) }

func (t *Trigger) mistake(problem, fix string) {
	t.mistakes = append(t.mistakes, mistake.Later("the trigger", "", problem, fix))
}

// Trigger starts a function on events of this type: on all of them, or on
// those that match every filter.
func (e EventType[T]) Trigger(filters ...Filter) Trigger {
	var t Trigger
	if e.def == nil {
		t.mistake("its event is a zero EventType["+reflect.TypeFor[T]().String()+"]", "make it with "+defineForm[T]())
		return t
	}
	t.triggers = []inngestgo.Trigger{inngestgo.EventTrigger(e.def.Name, expression(filters))}
	t.events = []*declare.Event{e.def}
	for _, f := range filters {
		if strings.TrimSpace(f.expr) == "" {
			t.mistake("an If is empty", `write If("event.data.total > 100"), or leave it out`)
		}
	}
	return t
}

// Filter is an expression in the Common Expression Language that an event
// must match. Make it with [If].
type Filter struct{ expr string }

// If filters by a CEL expression. In a trigger, event is the event at hand. In
// a wait, event is the one that started the run and async the one at hand:
// If("event.data.orderId == async.data.orderId").
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

// AnyOf starts a function on any of several triggers, at most ten of them.
func AnyOf(triggers ...Triggerable) Trigger {
	var all Trigger
	for _, t := range triggers {
		if t == nil {
			all.mistake("AnyOf was given a nil", `write OrderCreated.Trigger() or Cron("0 9 * * *") for each`)
			continue
		}
		all.triggers = append(all.triggers, t.Triggers()...)
		if own, ok := t.(Trigger); ok {
			all.events = append(all.events, own.events...)
			all.mistakes = append(all.mistakes, own.mistakes...)
		}
	}
	return all
}

// Cron starts a function on a schedule of five fields, such as "0 9 * * 1-5",
// in UTC unless [WithZone] says otherwise. The server does not know "@daily" and
// its like. The event of a tick is "inngest/scheduled.timer"; it is not
// validated.
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

// CronOption is an option of [Cron].
type CronOption func(*cronSettings)

type cronSettings struct {
	zone   string
	jitter time.Duration
}

// WithZone reads the schedule in an IANA time zone, such as "Europe/Berlin".
func WithZone(name string) CronOption { return func(c *cronSettings) { c.zone = name } }

// WithJitter delays each start by a random time of up to d, which is 1 s to 5
// minutes.
func WithJitter(d time.Duration) CronOption { return func(c *cronSettings) { c.jitter = d } }
