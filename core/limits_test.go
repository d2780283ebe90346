package inngestkit_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/pkg/checkpoint"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// wantRegister registers a function with options and checks that it is taken,
// or refused with one mistake that names a field.
func wantRegister(t *testing.T, what string, o inngestgo.FunctionOpts, trigger inngestkit.Triggerable, field string) {
	t.Helper()
	o.ID = "fn"
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev})
	if err != nil {
		t.Fatal(err)
	}
	err = app.Register(inngestkit.NewFunction(o, trigger, one))
	mistake, _ := errors.AsType[*inngestkit.ConfigError](err)
	switch {
	case field == "" && err != nil:
		t.Errorf("%s: it is refused: %v", what, err)
	case field != "" && (mistake == nil || !strings.HasPrefix(mistake.Where, field+" of function")):
		t.Errorf("%s: got %v, want a mistake in %s", what, err, field)
	}
}

// Each limit is taken, and the next value beyond it refused.
func TestLimitsOfOptions(t *testing.T) {
	t.Parallel()
	const (
		ms  = int64(time.Millisecond)
		sec = int64(time.Second)
		day = 24 * int64(time.Hour)
	)
	type set = func(o *inngestgo.FunctionOpts, n int64)
	for field, c := range map[string]struct {
		set       set
		good, bad []int64
	}{
		"Retries": {func(o *inngestgo.FunctionOpts, n int64) { o.Retries = new(int(n)) }, []int64{0, 1, 20}, []int64{-1, 21}},
		"Cancel": {func(o *inngestgo.FunctionOpts, n int64) {
			for i := range n {
				o.Cancel = append(o.Cancel, inngestgo.ConfigCancel{Event: fmt.Sprint("test/", i)})
			}
		}, []int64{0, 5}, []int64{6}},
		"Concurrency": {func(o *inngestgo.FunctionOpts, n int64) {
			o.Concurrency = &inngestgo.ConfigConcurrency{
				Step: []inngestgo.ConfigStepConcurrency{{Limit: 1}}, Fn: make([]inngestgo.ConfigFnConcurrency, n),
			}
			for i := range n {
				o.Concurrency.Fn[i] = inngestgo.ConfigFnConcurrency{Limit: 1}
			}
		}, []int64{0, 1}, []int64{2}},
		"Concurrency.Step[0].Limit": {func(o *inngestgo.FunctionOpts, n int64) {
			o.Concurrency = &inngestgo.ConfigConcurrency{Step: []inngestgo.ConfigStepConcurrency{{Limit: int(n)}}}
		}, []int64{0, 1}, []int64{-1}},
		"Concurrency.Fn[0].Limit": {func(o *inngestgo.FunctionOpts, n int64) {
			o.Concurrency = &inngestgo.ConfigConcurrency{Fn: []inngestgo.ConfigFnConcurrency{{Limit: int(n)}}}
		}, []int64{1}, []int64{0, -1}},
		"BatchEvents.MaxSize": {func(o *inngestgo.FunctionOpts, n int64) {
			o.BatchEvents = &inngestgo.ConfigBatchEvents{MaxSize: int(n), Timeout: time.Second}
		}, []int64{2, 100}, []int64{1, 101}},
		"BatchEvents.Timeout": {func(o *inngestgo.FunctionOpts, n int64) {
			o.BatchEvents = &inngestgo.ConfigBatchEvents{MaxSize: 10, Timeout: time.Duration(n)}
		}, []int64{sec, 60 * sec}, []int64{sec - ms, 60*sec + ms}},
		"Debounce.Period": {func(o *inngestgo.FunctionOpts, n int64) {
			o.Debounce = &inngestgo.ConfigDebounce{Period: time.Duration(n)}
		}, []int64{sec, 7 * day}, []int64{sec - ms, 7*day + ms}},
		"Throttle": {func(o *inngestgo.FunctionOpts, n int64) {
			o.Throttle = &inngestgo.ConfigThrottle{Limit: 1, Period: time.Duration(n)}
		}, []int64{sec, 30 * day}, []int64{sec - ms}},
		"RateLimit": {func(o *inngestgo.FunctionOpts, n int64) {
			o.RateLimit = &inngestgo.ConfigRateLimit{Limit: 1, Period: time.Duration(n)}
		}, []int64{sec, day}, []int64{sec - ms, day + ms}},
		"Singleton.Mode": {func(o *inngestgo.FunctionOpts, n int64) {
			o.Singleton = inngestkit.Singleton(inngestkit.SingletonMode(n), "")
		}, []int64{0, 1}, []int64{-1, 2}},
		"Timeouts.Start": {func(o *inngestgo.FunctionOpts, n int64) {
			o.Timeouts = &inngestgo.ConfigTimeouts{Start: new(time.Duration(n))}
		}, []int64{1, sec}, []int64{0, -1}},
		"Timeouts.Finish": {func(o *inngestgo.FunctionOpts, n int64) {
			o.Timeouts = &inngestgo.ConfigTimeouts{Finish: new(time.Duration(n))}
		}, []int64{1, sec}, []int64{0, -1}},
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			for i, n := range append(c.good, c.bad...) {
				var o inngestgo.FunctionOpts
				c.set(&o, n)
				want := field
				if i < len(c.good) {
					want = ""
				}
				wantRegister(t, fmt.Sprint(n), o, orderCreated.Trigger(), want)
			}
		})
	}
}

func TestOtherOptions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set   func(*inngestgo.FunctionOpts)
		field string // of the mistake, if there is one
	}{
		"throttle of none": {func(o *inngestgo.FunctionOpts) { o.Throttle = &inngestgo.ConfigThrottle{Period: time.Minute} }, "Throttle"},
		"rate of none":     {func(o *inngestgo.FunctionOpts) { o.RateLimit = &inngestgo.ConfigRateLimit{Period: time.Minute} }, "RateLimit"},
		"cancel in a duration": {func(o *inngestgo.FunctionOpts) {
			o.Cancel = []inngestgo.ConfigCancel{{Event: "test/a", Timeout: new("2d12h")}}
		}, ""},
		"cancel at a date": {func(o *inngestgo.FunctionOpts) {
			o.Cancel = []inngestgo.ConfigCancel{{Event: "test/a", Timeout: new("2030-01-02T03:04:05Z")}}
		}, ""},
		"cancel on a second event without a name": {func(o *inngestgo.FunctionOpts) {
			o.Cancel = []inngestgo.ConfigCancel{{Event: "test/a"}, {Event: "a b"}}
		}, "Cancel[1].Event"},
		"shared limit with a key": {func(o *inngestgo.FunctionOpts) {
			o.Concurrency = &inngestgo.ConfigConcurrency{Step: []inngestgo.ConfigStepConcurrency{inngestkit.StepConcurrency(1, inngestkit.ConcurrencyEnv, "'a'")}}
		}, ""},
		"shared limit without one": {func(o *inngestgo.FunctionOpts) {
			o.Concurrency = &inngestgo.ConfigConcurrency{Step: []inngestgo.ConfigStepConcurrency{{Limit: 1}, inngestkit.StepConcurrency(1, inngestkit.ConcurrencyEnv, "")}}
		}, "Concurrency.Step[1].Key"},
		"scope below the first": {func(o *inngestgo.FunctionOpts) {
			o.Concurrency = &inngestgo.ConfigConcurrency{Step: []inngestgo.ConfigStepConcurrency{inngestkit.StepConcurrency(1, -1, "'a'")}}
		}, "Concurrency.Step[0].Scope"},
		"scope beyond the last": {func(o *inngestgo.FunctionOpts) {
			o.Concurrency = &inngestgo.ConfigConcurrency{Step: []inngestgo.ConfigStepConcurrency{inngestkit.StepConcurrency(1, 3, "'a'")}}
		}, "Concurrency.Step[0].Scope"},
		"priority":           {func(o *inngestgo.FunctionOpts) { o.Priority = &inngestgo.ConfigPriority{Run: new("120")} }, ""},
		"checkpoint of one":  {func(o *inngestgo.FunctionOpts) { o.Checkpoint = &checkpoint.Config{BatchSteps: 1} }, ""},
		"safe checkpoint":    {func(o *inngestgo.FunctionOpts) { o.Checkpoint = checkpoint.ConfigSafe }, ""},
		"checkpoint of two":  {func(o *inngestgo.FunctionOpts) { o.Checkpoint = &checkpoint.Config{BatchSteps: 2} }, "Checkpoint"},
		"checkpoint by time": {func(o *inngestgo.FunctionOpts) { o.Checkpoint = &checkpoint.Config{BatchInterval: time.Second} }, "Checkpoint"},
		"one and by time":    {func(o *inngestgo.FunctionOpts) { o.Checkpoint = &checkpoint.Config{BatchSteps: 1, BatchInterval: 1} }, "Checkpoint"},
		"nothing of each": {func(o *inngestgo.FunctionOpts) {
			o.Concurrency, o.Timeouts = &inngestgo.ConfigConcurrency{}, &inngestgo.ConfigTimeouts{}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var o inngestgo.FunctionOpts
			c.set(&o)
			wantRegister(t, name, o, orderCreated.Trigger(), c.field)
		})
	}
}

// rawCron is a schedule as inngestgo takes it.
type rawCron struct{ schedule, jitter string }

func (c rawCron) Triggers() []inngestgo.Trigger {
	t := inngestgo.CronTrigger(c.schedule)
	if c.jitter != "" {
		t.Jitter = &c.jitter
	}
	return []inngestgo.Trigger{t}
}

func TestSchedules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		trigger inngestkit.Triggerable
		field   string
	}{
		{rawCron{"0 9 * * *", ""}, ""},
		{rawCron{"TZ=Europe/Berlin 0 9 * * *", ""}, ""},
		{rawCron{"CRON_TZ=Europe/Berlin 0 9 * * *", ""}, ""},
		{rawCron{"TZ=UTC 0 9 * * *", ""}, ""},
		{rawCron{"TZ= 0 9 * * *", ""}, "the trigger"},
		{rawCron{"TZ=Local 0 9 * * *", ""}, "the trigger"},
		{rawCron{"CRON_TZ=Europe/Atlantis 0 9 * * *", ""}, "the trigger"},
		{rawCron{"0 9 * * TZ=UTC", ""}, "the trigger"},
		{rawCron{"TZ=UTC", ""}, "the trigger"},
		{rawCron{"0 0 9 * * *", ""}, "the trigger"},
		{rawCron{"0 9 * * *", "soon"}, "Jitter of the trigger"},
		{inngestkit.Cron("0 9 * * *", inngestkit.WithJitter(time.Second)), ""},
		{inngestkit.Cron("0 9 * * *", inngestkit.WithJitter(5*time.Minute)), ""},
		{inngestkit.Cron("0 9 * * *", inngestkit.WithJitter(999*time.Millisecond)), "Jitter of the trigger"},
		{inngestkit.Cron("0 9 * * *", inngestkit.WithJitter(5*time.Minute+time.Millisecond)), "Jitter of the trigger"},
	} {
		wantRegister(t, fmt.Sprintf("%+v", c.trigger), inngestgo.FunctionOpts{}, c.trigger, c.field)
	}
}

func TestLimitsOfNames(t *testing.T) {
	t.Parallel()
	on := func(name string) inngestkit.Triggerable { return inngestgo.EventTrigger(name, nil) }
	for name, field := range map[string]string{
		strings.Repeat("a", 255):        "",
		strings.Repeat("a", 256):        "the trigger",
		"order.*":                       "",
		"order/*":                       "",
		"order.**":                      "the trigger",
		"*":                             "the trigger",
		"order\ncreated":                "the trigger",
		strings.Repeat("a", 253) + ".*": "",
	} {
		wantRegister(t, name, inngestgo.FunctionOpts{}, on(name), field)
	}
	for id, taken := range map[string]bool{
		strings.Repeat("f", 128): true, strings.Repeat("f", 129): false, "Send-Mail_2": true, "a b": false, "a\tb": false,
	} {
		app, err := inngestkit.New(inngestkit.Config{AppID: strings.Repeat("a", 128), Mode: inngestkit.ModeDev})
		if err != nil {
			t.Fatal(err)
		}
		if err := app.Register(inngestkit.NewFunction(opts(id), orderCreated.Trigger(), one)); (err == nil) != taken {
			t.Errorf("the id %q: %v", id, err)
		}
	}
	for id, want := range map[string]string{
		strings.Repeat("é", 65): strings.Repeat("é", 64), "\t": "my-app", "My\nShop": "my-shop", "": "shop",
	} {
		_, err := inngestkit.New(inngestkit.Config{AppID: id, Mode: inngestkit.ModeDev})
		if mistake, ok := errors.AsType[*inngestkit.ConfigError](err); !ok || !strings.Contains(mistake.Fix, `"`+want+`"`) {
			t.Errorf("for the app id %q: %v, which does not suggest %q", id, err, want)
		}
	}
}

func TestLimitsOfRetryPolicies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy inngestkit.RetryPolicy
		field  string
	}{
		"none":                    {inngestkit.RetryPolicy{}, ""},
		"one attempt":             {inngestkit.RetryPolicy{MaxAttempts: 1}, ""},
		"delays of one length":    {inngestkit.RetryPolicy{InitialDelay: time.Second, MaxDelay: time.Second}, ""},
		"a multiplier of one":     {inngestkit.RetryPolicy{Multiplier: 1}, ""},
		"a multiplier below":      {inngestkit.RetryPolicy{Multiplier: math.Nextafter(1, 0)}, "Multiplier"},
		"linear":                  {inngestkit.RetryPolicy{Backoff: inngestkit.BackoffLinear}, ""},
		"a budget just enough":    {inngestkit.RetryPolicy{MaxAttempts: 3, InitialDelay: time.Second, MaxDelay: time.Minute, Budget: 3 * time.Second}, ""},
		"a budget too short":      {inngestkit.RetryPolicy{MaxAttempts: 3, InitialDelay: time.Second, MaxDelay: time.Minute, Budget: 3*time.Second - 1}, "Budget"},
		"a linear budget":         {inngestkit.RetryPolicy{MaxAttempts: 4, InitialDelay: time.Second, MaxDelay: time.Minute, Backoff: inngestkit.BackoffLinear, Budget: 6 * time.Second}, ""},
		"a short linear budget":   {inngestkit.RetryPolicy{MaxAttempts: 4, InitialDelay: time.Second, MaxDelay: time.Minute, Backoff: inngestkit.BackoffLinear, Budget: 6*time.Second - 1}, "Budget"},
		"attempts without number": {inngestkit.RetryPolicy{Budget: time.Millisecond}, ""},
		"very many attempts":      {inngestkit.RetryPolicy{MaxAttempts: math.MaxInt, InitialDelay: math.MaxInt64 / 4, MaxDelay: math.MaxInt64}, ""},
	} {
		_, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev, SendRetry: c.policy})
		mistake, _ := errors.AsType[*inngestkit.ConfigError](err)
		if c.field == "" && err != nil || c.field != "" && (mistake == nil || mistake.Where != "Config.SendRetry."+c.field) {
			t.Errorf("%s: got %v, want a mistake in %q", name, err, c.field)
		}
	}
}
