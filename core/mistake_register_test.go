package inngestkit_test

import (
	"context"
	"strings"
	"time"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

func opts(id string) inngestgo.FunctionOpts { return inngestgo.FunctionOpts{ID: id} }

// on registers one function with the trigger.
func on(trigger inngestkit.Triggerable) func() []inngestkit.Source {
	return with(opts("fn"), trigger)
}

func with(o inngestgo.FunctionOpts, trigger inngestkit.Triggerable, options ...inngestkit.FunctionOption) func() []inngestkit.Source {
	return func() []inngestkit.Source {
		return []inngestkit.Source{inngestkit.NewFunction(o, trigger, one, options...)}
	}
}

// option registers one function with the options that f sets.
func option(f func(*inngestgo.FunctionOpts)) func() []inngestkit.Source {
	o := opts("fn")
	f(&o)
	return with(o, inngestgo.EventTrigger("test/a", nil))
}

// typed registers one function of type T on the event "test/bad".
func typed[T any](definition ...inngestkit.DefinitionOption) func() []inngestkit.Source {
	return func() []inngestkit.Source {
		event := inngestkit.DefineEvent[T]("test/bad", definition...)
		return []inngestkit.Source{inngestkit.NewFunction(opts("fn"), event.Trigger(),
			func(context.Context, inngestgo.Input[T]) (any, error) { return nil, nil })}
	}
}

// knowing is the config of an app that knows a definition.
func knowing(d inngestkit.Definition) inngestkit.Config {
	return inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev, Events: []inngestkit.Definition{d}}
}

func foreign(appID string) inngestgo.ServableFunction {
	client, err := inngestgo.NewClient(inngestgo.ClientOpts{AppID: appID, Dev: new(true)})
	if err != nil {
		panic(err)
	}
	f, err := inngestgo.CreateFunction(client, opts("fn"), inngestgo.EventTrigger("test/a", nil), one)
	if err != nil {
		panic(err)
	}
	return f
}

type (
	unknownRule struct {
		Email string `json:"email" validate:"emial"`
	}
	bindingOnly struct {
		Email string `json:"email" binding:"required,email"`
	}
	otherData struct {
		OrderID int `json:"orderId"`
	}
)

var (
	anyEvent = inngestgo.EventTrigger("test/a", nil)
	longTime = 100 * time.Hour
	zeroTime = time.Duration(0)
	elevenOf = strings.Split("a b c d e f g h i j k", " ")
	noSource inngestkit.Source
)

// registerMistakes defines wrong events: only the test that needs them should.
func registerMistakes() []mistake {
	return []mistake{
		{name: "no function id", register: with(opts(""), anyEvent)},
		{name: "function id with spaces", register: with(opts("Send e-mail"), anyEvent)},
		{name: "duplicate id", register: func() []inngestkit.Source {
			return append(on(anyEvent)(), on(anyEvent)()...)
		}},
		{name: "id of a failure handler", register: func() []inngestkit.Source {
			handle := func(context.Context, inngestkit.Failure[map[string]any]) error { return nil }
			return append(with(opts("fn"), anyEvent, inngestkit.WithOnFailure(handle))(), with(opts("fn-failure"), anyEvent)()...)
		}},
		{name: "nil handler", register: func() []inngestkit.Source {
			return []inngestkit.Source{inngestkit.NewFunction[orderData](opts("fn"), anyEvent, nil)}
		}},
		{name: "nil source", register: func() []inngestkit.Source { return []inngestkit.Source{noSource} }},
		{name: "empty function", register: func() []inngestkit.Source { return []inngestkit.Source{inngestkit.Function{}} }},
		{name: "nil trigger", register: on(nil)},
		{name: "no trigger", register: on(inngestkit.AnyOf())},
		{name: "nil among triggers", register: on(inngestkit.AnyOf(anyEvent, nil))},
		{name: "eleven triggers", register: func() []inngestkit.Source {
			all := make([]inngestkit.Triggerable, len(elevenOf))
			for i, name := range elevenOf {
				all[i] = inngestgo.EventTrigger("test/"+name, nil)
			}
			return on(inngestkit.AnyOf(all...))()
		}},
		{name: "trigger twice", register: on(inngestkit.AnyOf(inngestkit.Cron("0 9 * * *"), inngestkit.Cron("0 9 * * *", inngestkit.WithJitter(time.Minute))))},
		{name: "trigger without event", register: on(inngestgo.EventTrigger("", nil))},
		{name: "wildcard in the middle", register: on(inngestgo.EventTrigger("order.*.paid", nil))},
		{name: "wildcard after a letter", register: on(inngestgo.EventTrigger("order*", nil))},
		{name: "empty If", register: on(orderCreated.Trigger(inngestkit.If("event.data.total > 100"), inngestkit.If(" ")))},
		{name: "empty expression", register: on(inngestgo.EventTrigger("test/a", new("")))},
		{name: "schedule of four fields", register: on(inngestkit.Cron("9 * * *"))},
		{name: "schedule out of range", register: on(inngestkit.Cron("0 25 * * *"))},
		{name: "schedule by name", register: on(inngestkit.Cron("@daily"))},
		{name: "unknown time zone", register: on(inngestkit.Cron("0 9 * * *", inngestkit.WithZone("Europe/Atlantis")))},
		{name: "two time zones", register: on(inngestkit.Cron("TZ=0", inngestkit.WithZone("Europe/Berlin")))},
		{name: "negative jitter", register: on(inngestkit.Cron("0 9 * * *", inngestkit.WithJitter(-time.Second)))},
		{name: "jitter of an hour", register: on(inngestkit.Cron("0 9 * * *", inngestkit.WithJitter(time.Hour)))},
		{name: "21 retries", register: option(func(o *inngestgo.FunctionOpts) { o.Retries = new(21) })},
		{name: "six cancellations", register: option(func(o *inngestgo.FunctionOpts) {
			o.Cancel = []inngestgo.ConfigCancel{{Event: "a"}, {Event: "b"}, {Event: "c"}, {Event: "d"}, {Event: "e"}, {Event: "f"}}
		})},
		{name: "cancellation without event", register: option(func(o *inngestgo.FunctionOpts) { o.Cancel = []inngestgo.ConfigCancel{{}} })},
		{name: "cancellation timeout", register: option(func(o *inngestgo.FunctionOpts) {
			o.Cancel = []inngestgo.ConfigCancel{{Event: "a", Timeout: new("tomorrow")}}
		})},
		{name: "three concurrency limits", register: option(func(o *inngestgo.FunctionOpts) {
			o.Concurrency = &inngestgo.ConfigConcurrency{
				Fn:   []inngestgo.ConfigFnConcurrency{{Limit: 1}},
				Step: []inngestgo.ConfigStepConcurrency{{Limit: 1}, {Limit: 2}},
			}
		})},
		{name: "negative concurrency", register: option(func(o *inngestgo.FunctionOpts) {
			o.Concurrency = &inngestgo.ConfigConcurrency{Step: []inngestgo.ConfigStepConcurrency{{Limit: -1}}}
		})},
		{name: "no run at once", register: option(func(o *inngestgo.FunctionOpts) {
			o.Concurrency = &inngestgo.ConfigConcurrency{Fn: []inngestgo.ConfigFnConcurrency{{}}}
		})},
		{name: "scope without key", register: option(func(o *inngestgo.FunctionOpts) {
			o.Concurrency = &inngestgo.ConfigConcurrency{Step: []inngestgo.ConfigStepConcurrency{inngestkit.StepConcurrency(1, inngestkit.ConcurrencyAccount, "")}}
		})},
		{name: "unknown scope", register: option(func(o *inngestgo.FunctionOpts) {
			o.Concurrency = &inngestgo.ConfigConcurrency{Step: []inngestgo.ConfigStepConcurrency{{Limit: 1, Scope: 7, Key: new("'a'")}}}
		})},
		{name: "batch size", register: option(func(o *inngestgo.FunctionOpts) {
			o.BatchEvents = &inngestgo.ConfigBatchEvents{MaxSize: 101, Timeout: time.Second}
		})},
		{name: "batch timeout", register: option(func(o *inngestgo.FunctionOpts) {
			o.BatchEvents = &inngestgo.ConfigBatchEvents{MaxSize: 10}
		})},
		{name: "batch with priority", register: option(func(o *inngestgo.FunctionOpts) {
			o.BatchEvents = &inngestgo.ConfigBatchEvents{MaxSize: 10, Timeout: time.Second}
			o.Priority = &inngestgo.ConfigPriority{Run: new("120")}
		})},
		{name: "throttle", register: option(func(o *inngestgo.FunctionOpts) {
			o.Throttle = &inngestgo.ConfigThrottle{Limit: 0, Period: time.Minute}
		})},
		{name: "rate limit", register: option(func(o *inngestgo.FunctionOpts) {
			o.RateLimit = &inngestgo.ConfigRateLimit{Limit: 1, Period: longTime}
		})},
		{name: "debounce", register: option(func(o *inngestgo.FunctionOpts) { o.Debounce = &inngestgo.ConfigDebounce{} })},
		{name: "singleton mode", register: option(func(o *inngestgo.FunctionOpts) { o.Singleton = &inngestgo.ConfigSingleton{Mode: 5} })},
		{name: "timeouts", register: option(func(o *inngestgo.FunctionOpts) { o.Timeouts = &inngestgo.ConfigTimeouts{Start: &zeroTime} })},
		{name: "call timeout", register: with(opts("fn"), anyEvent, inngestkit.WithCallTimeout(0))},
		{name: "unknown policy", register: with(opts("fn"), anyEvent, inngestkit.WithOnInvalid(9))},
		{name: "nil failure handler", register: with(opts("fn"), anyEvent, inngestkit.WithOnFailure[map[string]any](nil))},
		{name: "failure handler of another type", register: with(opts("fn"), anyEvent, inngestkit.WithOnFailure(func(context.Context, inngestkit.Failure[orderData]) error { return nil }))},
		{name: "adopted nothing", register: func() []inngestkit.Source { return []inngestkit.Source{inngestkit.Adopt(nil)} }},
		{name: "adopted from another app", register: func() []inngestkit.Source {
			return []inngestkit.Source{inngestkit.Adopt(foreign("warehouse"))}
		}},
		{name: "event without name", config: knowing(inngestkit.DefineEvent[orderData](""))},
		{name: "event name with a space", config: knowing(inngestkit.DefineEvent[orderData]("order created"))},
		{name: "unknown rule", register: typed[unknownRule]()},
		{name: "binding tags", register: typed[bindingOnly]()},
		{name: "pointer data", config: knowing(inngestkit.DefineEvent[*orderData]("test/bad"))},
		{name: "slice data", config: knowing(inngestkit.DefineEvent[[]orderData]("test/bad"))},
		{name: "undefined data with an unknown rule", register: func() []inngestkit.Source {
			return []inngestkit.Source{inngestkit.NewFunction(opts("fn"), anyEvent, func(context.Context, inngestgo.Input[unknownRule]) (any, error) { return nil, nil })}
		}},
		{name: "event defined twice", register: func() []inngestkit.Source {
			return append(typed[otherData]()(), inngestkit.NewFunction(opts("fn-2"), inngestkit.DefineEvent[orderData]("test/bad").Trigger(),
				func(context.Context, inngestgo.Input[orderData]) (any, error) { return nil, nil }))
		}},
	}
}
