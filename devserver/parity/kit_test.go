package parity

import (
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

type (
	input    = inngestgo.Input[map[string]any]
	handler  = inngestgo.SDKFunction[map[string]any]
	options  = inngestgo.FunctionOpts
	function = inngestkit.Function
)

// patience is a flag that bounds every wait. Only a failing scenario needs all of
// it.
var patience = flag.Duration("patience", time.Minute, "how long a scenario waits for the server")

// kit is an app, the server with which it is synced, and the events so far.
type kit struct {
	*testing.T
	server   server
	scenario scenario
	app      string // its id, which no other app of this server has
	sender   inngestkit.Sender
	journal
	ended chan string // data of the events that report a run's end
	later []func()    // checks for the scenario's end
}

func newKit(t *testing.T, s server, sc scenario) *kit {
	t.Helper()
	return &kit{T: t, server: s, scenario: sc, app: unique(sc.name), journal: newJournal(), ended: make(chan string, 10)}
}

// unique makes an id from a scenario's name. The server may have played it
// before.
func unique(name string) string {
	name = strings.ReplaceAll(strings.ToLower(name), " ", "-")
	return name + "-" + strings.ToLower(strings.ReplaceAll(time.Now().Format("150405.000000"), ".", ""))
}

// pick returns the expected value where the servers differ on purpose.
func pick[T any](k *kit, ours, official T) T {
	k.Helper()
	if k.scenario.differs == "" {
		k.Fatal("the scenario does not say what differs")
	}
	if k.server.official {
		return official
	}
	return ours
}

// event returns an event's name with the app's prefix.
func (k *kit) event(name string) string { return k.app + "/" + name }

// on declares a function without retries that an event starts.
func (k *kit) on(id, event string, h handler) function {
	return k.with(options{ID: id, Retries: new(0)}, event, h)
}

// with declares a function with options that an event starts.
func (k *kit) with(opts options, event string, h handler, more ...inngestkit.FunctionOption) function {
	return inngestkit.NewFunction(opts, inngestgo.EventTrigger(k.event(event), nil), h, more...)
}

// serve starts the app with its functions, and syncs it.
func (k *kit) serve(functions ...function) {
	k.Helper()
	app, err := inngestkit.New(inngestkit.Config{
		AppID: k.app, Mode: inngestkit.ModeDev, DevServerURL: k.server.url,
		HTTPClient: http.DefaultClient, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		k.Fatal(err)
	}
	for _, f := range functions {
		if err := app.Register(f); err != nil {
			k.Fatal(err)
		}
	}
	web := httptest.NewServer(app.Handler())
	k.Cleanup(func() {
		web.CloseClientConnections() // the server keeps them open
		web.Close()
		_ = app.Shutdown(context.Background())
	})
	if err := app.Sync(k.Context(), web.URL+"/api/inngest"); err != nil {
		k.Fatal(err)
	}
	k.sender = app.Sender()
}

// send sends an event and returns the id that the server gave it.
func (k *kit) send(event string, data map[string]any) string {
	k.Helper()
	return k.sendAll(inngestgo.Event{Name: k.event(event), Data: data})[0]
}

func (k *kit) sendAll(events ...inngestgo.Event) []string {
	k.Helper()
	list := make([]inngestkit.Event, len(events))
	for i, e := range events {
		list[i] = e
	}
	if k.sender == nil {
		app, err := inngestkit.New(inngestkit.Config{AppID: k.app, Mode: inngestkit.ModeDev, DevServerURL: k.server.url, HTTPClient: http.DefaultClient})
		if err != nil {
			k.Fatal(err)
		}
		k.sender = app.Sender()
	}
	ids, err := k.sender.Send(k.Context(), list...)
	if err != nil {
		k.Fatal(err)
	}
	return ids
}

// plays sends an event and asserts the status and output of its one run.
func (k *kit) plays(event string, data map[string]any, status string, output any) run {
	k.Helper()
	r := k.runs(k.send(event, data), 1)[0]
	equal(k, "the run's status", r.Status, status)
	equal(k, "the run's output", r.value(), normal(k, output))
	return r
}

// fails sends an event and asserts that its one run fails.
func (k *kit) fails(event string) run {
	k.Helper()
	r := k.runs(k.send(event, nil), 1)[0]
	equal(k, "the run's status", r.Status, "Failed")
	return r
}

// equal asserts that got is want.
func equal[T any](k *kit, what string, got, want T) {
	k.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		k.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// normal returns a value after a round trip through JSON.
func normal(k *kit, v any) any {
	k.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		k.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(raw, &out); err != nil {
		k.Fatal(err)
	}
	return out
}
