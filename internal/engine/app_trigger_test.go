package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func TestTriggers(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	adult := `event.data.age >= 18 && event.data.country != "xx"`
	for id, trigger := range map[string]inngestgo.Trigger{
		"exact":  inngestgo.EventTrigger("user/signed.up", nil),
		"slash":  inngestgo.EventTrigger("user/*", nil),
		"dot":    inngestgo.EventTrigger("user/signed.*", nil),
		"star":   inngestgo.EventTrigger("*", nil),
		"prefix": inngestgo.EventTrigger("user/sign*", nil),
		"adult":  inngestgo.EventTrigger("user/signed.up", &adult),
	} {
		k.add(inngestgo.FunctionOpts{ID: id}, trigger, func(context.Context, input) (any, error) { return "ok", nil })
	}
	k.sync()
	for _, c := range []struct{ name, data, want string }{
		{"user/signed.up", `{"age":20}`, "adult dot exact slash"},
		{"user/signed.up", `{"age":18.5,"country":"de"}`, "adult dot exact slash"},
		{"user/signed.up", `{"age":20,"country":"xx"}`, "dot exact slash"},
		{"user/signed.up", `{"age":"old"}`, "dot exact slash"},
		{"user/signed.up", `{}`, "dot exact slash"},
		{"user/signed.out", `{}`, "dot slash"},
		{"user/x", `{}`, "slash"},
		{"user", `{}`, ""},
	} {
		var got []string
		for _, id := range k.runsOf(k.send(c.name, c.data)) {
			got = append(got, strings.TrimPrefix(must(k.Run(id)).FunctionID, "shop-"))
		}
		// The SDK syncs functions in the order in which they were added: randomly.
		if diff := cmp.Diff(strings.Fields(c.want), sorted(got)); diff != "" && len(got)+len(c.want) > 0 {
			t.Errorf("%s %s starts (-want +got):\n%s", c.name, c.data, diff)
		}
	}
}

func TestSeveralTriggersStartOneRun(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	if _, err := k.Register(rawApp("shop-raw", `[{"event":"a.b"},{"event":"a.*"},{"event":"a.b","expression":"true"}]`)); err != nil {
		t.Fatal(err)
	}
	if runs := k.runsOf(k.send("a.b", `{}`)); len(runs) != 1 {
		t.Errorf("%d runs, want 1", len(runs))
	}
}

func TestCron(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	var at []string
	k.add(inngestgo.FunctionOpts{ID: "nine"}, inngestgo.CronTrigger("TZ=Europe/Berlin 0 9 * * *"), func(_ context.Context, in input) (any, error) {
		at = append(at, k.clock.Now().UTC().Format("Jan 2 15:04"))
		return in.Event.Data, nil
	})
	k.sync()
	for range 40 * 24 {
		k.clock.Advance(time.Hour)
		k.rest()
	}
	if len(at) != 40 || at[0] != "Mar 2 08:00" || at[39] != "Apr 10 07:00" {
		t.Errorf("ran %d times: %v", len(at), at)
	}
	want(t, k.Runs(engine.RunQuery{}).Runs[0],
		`{"cron":"TZ=Europe/Berlin 0 9 * * *","fireAt":"2026-04-10T07:00:00Z","scheduledAt":"2026-04-10T07:00:00Z"}`)
}

func TestCronJitterIsSteady(t *testing.T) {
	t.Parallel()
	var seen [2][]time.Duration
	for i := range seen {
		k := newKit(t)
		k.add(inngestgo.FunctionOpts{ID: "hourly"}, inngestgo.CronTriggerWithJitter("0 * * * *", time.Minute), func(context.Context, input) (any, error) { return "ok", nil })
		k.sync()
		for range 5 {
			next, ok := k.Next()
			if !ok {
				t.Fatal("nothing is scheduled")
			}
			seen[i] = append(seen[i], next.Sub(next.Truncate(time.Hour)))
			k.clock.Advance(next.Sub(k.clock.Now()))
			k.rest()
		}
	}
	if diff := cmp.Diff(seen[0], seen[1]); diff != "" {
		t.Errorf("jitter differs between engines:\n%s", diff)
	}
	for _, d := range seen[0] {
		if d < 0 || d >= time.Minute {
			t.Errorf("jitter of %v, want less than a minute", d)
		}
	}
}

func TestResync(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.on("naps", func(ctx context.Context, _ input) (any, error) {
		step.Sleep(ctx, "s", time.Hour)
		return "done", nil
	})
	if !k.sync() || k.sync() {
		t.Error("the first sync changes something, the second does not")
	}
	naps := k.runsOf(k.send("go", `{}`))[0]
	k.rest()
	renamed := rawApp("shop-other", `[{"event":"go"},{"cron":"* * * * *"}]`)
	renamed.URL = k.Apps()[0].URL
	if modified, err := k.Register(renamed); err != nil || !modified {
		t.Fatal(modified, err)
	}
	if apps := k.Apps(); len(apps) != 1 || len(apps[0].Functions) != 1 || apps[0].Functions[0].ID != "shop-other" {
		t.Errorf("got %+v", apps)
	}
	if ev := k.send("go", `{}`); must(k.Run(k.runsOf(ev)[0])).FunctionID != "shop-other" || len(k.runsOf(ev)) != 1 {
		t.Error("the function that is gone was started")
	}
	want(t, k.end(naps), `"done"`)
	renamed.Functions = nil
	must(k.Register(renamed))
	k.clock.Advance(time.Minute)
	k.rest()
	if at, ok := k.Next(); ok && at.Before(k.clock.Now().Add(5*time.Second)) {
		t.Errorf("the schedule of a function that is gone ticks on at %v", at)
	}
}

func TestRefusedSyncs(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	good := rawApp("shop-good", `[{"event":"go"}]`)
	must(k.Register(good))
	for want, bad := range map[string]wire.SyncRequest{
		"appName is empty": {},
		`shop-raw: the expression "event.data.(" is not valid`: rawApp("shop-raw", `[{"event":"go","expression":"event.data.("}]`),
		"undeclared reference":                                 rawApp("shop-raw", `[{"event":"go","expression":"evnt.data.x == 1"}]`),
		`the schedule "often"`:                                 rawApp("shop-raw", `[{"cron":"often"}]`),
		"neither an event":                                     rawApp("shop-raw", `[{}]`),
		"both the event":                                       rawApp("shop-raw", `[{"event":"go","cron":"0 9 * * *"}]`),
		`the schedule "@daily"`:                                rawApp("shop-raw", `[{"cron":"@daily"}]`),
		"is 999ms; it must be 0, or 1s to 5m0s":                rawApp("shop-raw", `[{"cron":"0 9 * * *","jitter":"999ms"}]`),
		"is -1s; it must be 0, or 1s to 5m0s":                  rawApp("shop-raw", `[{"cron":"0 9 * * *","jitter":"-1s"}]`),
		"a schedule has 256 bytes":                             rawApp("shop-raw", `[{"cron":"`+strings.Repeat("*", 248)+` 9 * * *"}]`),
		"is 6m0s; it must be 0, or 1s to 5m0s":                 rawApp("shop-raw", `[{"cron":"0 9 * * *","jitter":"6m"}]`),
		`it has the trigger "go" twice`:                        rawApp("shop-raw", `[{"event":"go"},{"event":"go"}]`),
		"it has 11 triggers":                                   rawApp("shop-raw", "["+strings.Repeat(`{"event":"go"},`, 10)+`{"event":"go"}]`),
		"event name has 256 bytes":                             rawApp("shop-raw", `[{"event":"`+strings.Repeat("e", 256)+`"}]`),
		"it has no name":                                       {AppName: "shop", Functions: []json.RawMessage{[]byte(strings.Replace(string(good.Functions[0]), `"name"`, `"title"`, 1))}},
		"has no id":                                            rawApp("", `[]`),
		"registered twice":                                     {AppName: "shop", Functions: append(good.Functions, good.Functions...)},
		"configuration is not":                                 {AppName: "shop", Functions: []json.RawMessage{[]byte(`[]`)}},
		"its URL must be absolute":                             {AppName: "shop", Functions: []json.RawMessage{[]byte(`{"id":"x"}`)}},
		"retries must be 0 to 20":                              {AppName: "shop", Functions: []json.RawMessage{[]byte(strings.Replace(string(good.Functions[0]), `"runtime"`, `"retries":{"attempts":21},"runtime"`, 1))}},
	} {
		var refused *engine.RequestError
		if _, err := k.Register(bad); !errors.As(err, &refused) || refused.Status != 400 || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if apps := k.Apps(); len(apps) != 1 || apps[0].Functions[0].ID != "shop-good" {
		t.Errorf("a refused sync changed something: %+v", apps)
	}
}

func sorted(s []string) []string {
	slices.Sort(s)
	return s
}

// TestMovedApp checks that an app which syncs from another URL, for example after a
// restart on another port, does not become a second app.
func TestMovedApp(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.on("fn", func(context.Context, input) (any, error) { return "here", nil })
	k.sync()
	moved := payload(t, k.client)
	moved.URL = strings.ReplaceAll(moved.URL, "app.test", "moved.test")
	for i, fn := range moved.Functions {
		moved.Functions[i] = json.RawMessage(strings.ReplaceAll(string(fn), "app.test", "moved.test"))
	}
	if modified, err := k.Register(moved); err != nil || !modified {
		t.Fatalf("the move was taken for %t, %v", modified, err)
	}
	apps := k.Apps()
	if len(apps) != 1 || apps[0].URL != moved.URL || len(apps[0].Functions) != 1 {
		t.Errorf("the apps are %+v", apps)
	}
	want(t, k.play(`{}`), `"here"`)
}
