package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// start is the initial time of a test's virtual clock.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

type input = inngestgo.Input[map[string]any]

// kit is an engine with a virtual clock and one app in the same process.
type kit struct {
	testing.TB
	*engine.Engine
	clock  *engine.VirtualClock
	client inngestgo.Client
	cfg    engine.Config
	shelf  *shelf
}

// newKit returns a kit whose app has no functions. The test adds them, then syncs.
func newKit(t testing.TB, change ...func(*engine.Config)) *kit {
	t.Helper()
	k := &kit{TB: t, clock: engine.NewVirtualClock(start), shelf: newShelf()}
	k.client = newClient(t, "")
	cfg := engine.Config{Clock: k.clock, Transport: engine.InProcess(k.client.Serve()), Workers: 1}
	_, timed := t.(*testing.B)
	if !timed {
		cfg.Store = k.shelf
	}
	for _, f := range change {
		f(&cfg)
	}
	e, err := engine.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	k.Engine, k.cfg = e, cfg
	t.Cleanup(func() {
		if !timed && !t.Failed() {
			k.sameAfterRestart()
		}
		e.Close()
	})
	return k
}

func newClient(t testing.TB, api string) inngestgo.Client {
	t.Helper()
	dev := true
	opts := inngestgo.ClientOpts{
		AppID: "shop", Dev: &dev,
		Logger: slog.New(slog.DiscardHandler),
	}
	if api != "" {
		opts.APIBaseURL, opts.EventAPIBaseURL = &api, &api
	}
	client, err := inngestgo.NewClient(opts)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// on adds a function, which the event "go" starts.
func (k *kit) on(id string, f inngestgo.SDKFunction[map[string]any]) {
	k.Helper()
	k.add(inngestgo.FunctionOpts{ID: id}, inngestgo.EventTrigger("go", nil), f)
}

func (k *kit) add(opts inngestgo.FunctionOpts, trigger inngestgo.Trigger, f inngestgo.SDKFunction[map[string]any]) {
	k.Helper()
	if _, err := inngestgo.CreateFunction(k.client, opts, trigger, f); err != nil {
		k.Fatal(err)
	}
}

// sync registers the app's functions with the SDK's payload.
func (k *kit) sync() bool {
	k.Helper()
	modified, err := k.Register(payload(k, k.client))
	if err != nil {
		k.Fatal(err)
	}
	return modified
}

// syncing is locked while the SDK syncs with the default client: closing the client's
// idle connections would disturb another sync.
var syncing sync.Mutex

// payload returns the body that the SDK posts in a sync.
func payload(t testing.TB, client inngestgo.Client) wire.SyncRequest {
	t.Helper()
	syncing.Lock()
	defer syncing.Unlock()
	var req wire.SyncRequest
	api := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
			t.Error(err)
		}
	}))
	defer api.Close()
	opts := client.Options()
	register := api.URL
	opts.RegisterURL = &register
	if err := client.SetOptions(opts); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	client.Serve().ServeHTTP(w, httptest.NewRequest(http.MethodPut, "http://app.test/api/inngest", nil))
	http.DefaultClient.CloseIdleConnections()
	if w.Code != http.StatusOK {
		t.Fatalf("the SDK did not sync: %d %s", w.Code, w.Body)
	}
	return req
}

// send sends one event with the data given as JSON and returns its id.
func (k *kit) send(name, data string) string {
	k.Helper()
	ids, err := k.Send("", wire.Event{Name: name, Data: json.RawMessage(data)})
	if err != nil {
		k.Fatal(err)
	}
	return ids[0]
}

// runsOf returns the ids of the runs that an event started.
func (k *kit) runsOf(event string) []string {
	k.Helper()
	ev, err := k.Event(event)
	if err != nil {
		k.Fatal(err)
	}
	return ev.RunIDs
}

// play starts the app's function with the event "go" and moves the clock until
// its run has ended.
func (k *kit) play(data string) engine.Run {
	k.Helper()
	runs := k.runsOf(k.send("go", data))
	if len(runs) != 1 {
		k.Fatalf("the event started %d runs, want 1", len(runs))
	}
	return k.end(runs[0])
}

// end moves the clock from one due time to the next until the run has ended.
func (k *kit) end(id string) engine.Run {
	k.Helper()
	for {
		k.rest()
		r, err := k.Run(id)
		if err != nil {
			k.Fatal(err)
		}
		if r.Status.Final() {
			return r
		}
		at, ok := k.clock.Next()
		if !ok {
			k.Fatalf("run %s waits for nothing: %+v", id, r)
		}
		k.clock.Advance(at.Sub(k.clock.Now()))
	}
}

// rest waits until only the clock or a request can make the engine work.
func (k *kit) rest() {
	k.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // far more than it needs
	defer cancel()
	if err := k.Idle(ctx); err != nil {
		k.Fatal(err)
	}
}

// want fails the test unless the run completed with this output.
func want(t testing.TB, r engine.Run, output string) {
	t.Helper()
	if r.Status != engine.StatusCompleted || string(r.Output) != output {
		t.Fatalf("the run is %s with %s, want Completed with %s", r.Status, r.Output, output)
	}
}

// wantFailed fails the test unless the run failed with an error like this.
func wantFailed(t testing.TB, r engine.Run, message string) {
	t.Helper()
	if r.Status != engine.StatusFailed || r.Error == nil || !strings.Contains(fmt.Sprint(*r.Error), message) {
		t.Fatalf("the run is %s with %s, want Failed with %q", r.Status, r.Output, message)
	}
}
