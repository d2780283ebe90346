package devserver_test

import (
	"cmp"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/devserver"
)

// often is a poll interval for tests.
const often = 5 * time.Millisecond

// appState is an app's sync state in GET /dev/apps.
type appState struct {
	URL, App, From string
	Reason         *struct{ Code, What, Why, Fix string }
}

func appStates(t *testing.T, api string) []appState {
	t.Helper()
	_, body := call(t, http.MethodGet, api+"/dev/apps", "")
	var states []appState
	if err := json.Unmarshal([]byte(body), &states); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return states
}

// waitApp waits until an app is in a given sync state.
func waitApp(t *testing.T, api string, is func(appState) bool) appState {
	t.Helper()
	var states []appState
	deadline := time.Now().Add(30 * time.Second)
	eventually(t, func() bool {
		t.Helper()
		states = appStates(t, api)
		return slices.ContainsFunc(states, is) || time.Now().After(deadline)
	})
	i := slices.IndexFunc(states, is)
	if i < 0 {
		t.Fatalf("no app came to be in that state: %+v", states)
	}
	return states[i]
}

// sdkApp is an app of the official SDK with one function.
func sdkApp(t *testing.T, opts inngestgo.ClientOpts, fn string, f inngestgo.SDKFunction[map[string]any]) http.Handler {
	t.Helper()
	opts.AppID, opts.Logger = cmp.Or(opts.AppID, "shop"), quiet
	client, err := inngestgo.NewClient(opts)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := inngestgo.CreateFunction(client, inngestgo.FunctionOpts{ID: fn}, inngestgo.EventTrigger("go", nil), f); err != nil {
		t.Fatal(err)
	}
	return client.Serve()
}

func devApp(t *testing.T, api, fn string, f inngestgo.SDKFunction[map[string]any]) http.Handler {
	t.Helper()
	dev := true
	return sdkApp(t, inngestgo.ClientOpts{Dev: &dev, APIBaseURL: &api, EventAPIBaseURL: &api}, fn, f)
}

// listen serves a handler until the test ends.
func listen(t *testing.T, h http.Handler) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}

func nothing(context.Context, input) (any, error) { return "done", nil }

func TestWhyAnAppDoesNotSync(t *testing.T) {
	other := serve(t, devserver.Config{})
	const key = "signkey-test-0123456789abcdef"
	dev, cloud, elsewhere := true, false, other.URL()
	shop := devApp(t, elsewhere, "fn", nothing)
	for name, c := range map[string]struct {
		app  http.Handler
		key  string
		code string
		fix  string
	}{
		"wrong path":    {http.NewServeMux(), "", "not-found", "mount it"},
		"needs a login": {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }), "", "unauthorized", "exempt"},
		"refuses PUT":   {only(http.MethodGet, shop), "", "method-not-allowed", "GET, POST and PUT"},
		"cloud mode":    {sdkApp(t, inngestgo.ClientOpts{Dev: &cloud, SigningKey: new(key)}, "fn", nothing), "", "cloud-mode", "INNGEST_DEV=http://127.0.0.1:"},
		"another key":   {sdkApp(t, inngestgo.ClientOpts{Dev: &cloud, SigningKey: new(key + "00")}, "fn", nothing), key, "wrong-key", "copy the key"},
		"dev mode":      {sdkApp(t, inngestgo.ClientOpts{Dev: &dev, APIBaseURL: &elsewhere}, "fn", nothing), key, "dev-mode", "without INNGEST_DEV, and with INNGEST_SIGNING_KEY"},
		"other server":  {shop, "", "other-server", "INNGEST_DEV=http://127.0.0.1:"},
		"no server":     {devApp(t, "http://127.0.0.1:1", "fn", nothing), "", "sync", "INNGEST_DEV="},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, devserver.Config{Apps: []string{listen(t, c.app) + "/api/inngest"}, SigningKey: c.key, PollInterval: often})
			state := waitApp(t, s.URL(), func(a appState) bool { return a.Reason != nil })
			if r := state.Reason; r.Code != c.code || r.What == "" || r.Why == "" || !strings.Contains(r.Fix, c.fix) {
				t.Errorf("got %+v", *r)
			}
		})
	}
	t.Run("unreachable", func(t *testing.T) {
		s := serve(t, devserver.Config{Apps: []string{"http://me:secret@127.0.0.1:1/api/inngest"}})
		state := waitApp(t, s.URL(), func(a appState) bool { return a.Reason != nil })
		if state.Reason.Code != "connection-refused" || state.URL != "http://me:xxxxx@127.0.0.1:1/api/inngest" {
			t.Errorf("got %+v", state)
		}
	})
}

// only accepts one method, like a router with one route.
func only(method string, h http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(method+" /", h)
	return mux
}

func TestAppsThatCannotBeAreRefused(t *testing.T) {
	for app, want := range map[string]string{
		"127.0.0.1:8080/api/inngest": "write http://127.0.0.1:8080/api/inngest",
		"localhost:8080/api/inngest": "write http://localhost:8080/api/inngest",
		"ftp://127.0.0.1/":           "write one such as http://127.0.0.1:8080/api/inngest",
		"http:///api/inngest":        "write one such as",
		"http://u:secret@[::1/":      "write one such as",
		"":                           "write one such as",
	} {
		s, err := devserver.Start(t.Context(), devserver.Config{Addr: "127.0.0.1:0", Logger: quiet, Apps: []string{app}})
		if err == nil {
			s.Close()
			t.Errorf("%q was taken", app)
			continue
		}
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", app, err)
		}
	}
}

// swap is a handler that can be replaced while it serves.
type swap chan http.Handler

func newSwap(h http.Handler) swap {
	s := make(swap, 1)
	s <- h
	return s
}

func (s swap) put(h http.Handler) {
	<-s
	s <- h
}

func (s swap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := <-s
	s <- h
	h.ServeHTTP(w, r)
}

func TestChangesOfAnAppAreSynced(t *testing.T) {
	s := serve(t, devserver.Config{PollInterval: often})
	app := newSwap(devApp(t, s.URL(), "before", nothing))
	syncApp(t, listen(t, app)+"/api/inngest") // it has registered itself
	if state := waitApp(t, s.URL(), func(a appState) bool { return a.App == "shop" }); state.From != "registered" {
		t.Errorf("got %+v", state)
	}
	app.put(devApp(t, s.URL(), "after", nothing))
	eventually(t, func() bool {
		_, body := call(t, http.MethodGet, s.URL()+"/dev", "")
		return strings.Contains(body, `"slug":"shop-after"`) && !strings.Contains(body, "shop-before")
	})
	app.put(http.NotFoundHandler())
	waitApp(t, s.URL(), func(a appState) bool { return a.App == "shop" && a.Reason != nil && a.Reason.Code == "not-found" })
	app.put(devApp(t, s.URL(), "after", nothing))
	waitApp(t, s.URL(), func(a appState) bool { return a.App == "shop" && a.Reason == nil })
}

// TestAppsAreNotPolledUnlessWanted counts how often an app is asked while
// another server polls its own.
func TestAppsAreNotPolledUnlessWanted(t *testing.T) {
	var asked atomic.Int32
	still := newSwap(http.NotFoundHandler())
	s := serve(t, devserver.Config{PollInterval: -1, Apps: []string{listen(t, still) + "/api/inngest"}})
	app := devApp(t, s.URL(), "fn", nothing)
	still.put(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			asked.Add(1)
		}
		app.ServeHTTP(w, r)
	}))
	waitApp(t, s.URL(), func(a appState) bool { return a.App == "shop" })

	polls := make(chan struct{})
	lively := newSwap(http.NotFoundHandler())
	other := serve(t, devserver.Config{PollInterval: often, Apps: []string{listen(t, lively) + "/api/inngest"}})
	polled := devApp(t, other.URL(), "fn", nothing)
	lively.put(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		polled.ServeHTTP(w, r)
		select {
		case polls <- struct{}{}:
		case <-r.Context().Done():
		}
	}))
	for range 10 {
		<-polls
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("the app was asked %d times", n)
	}
}

func TestAppsAreDiscovered(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	s := serve(t, devserver.DiscoverAt(devserver.Config{PollInterval: often}, 1, port))
	mux := http.NewServeMux()
	mux.Handle("/x/inngest", devApp(t, s.URL(), "fn", nothing))
	srv := &httptest.Server{Listener: l, Config: &http.Server{Handler: mux}}
	srv.Start()
	t.Cleanup(srv.Close)
	state := waitApp(t, s.URL(), func(a appState) bool { return a.App == "shop" })
	if u, err := url.Parse(state.URL); err != nil || u.Port() != strconv.Itoa(port) || u.Path != "/x/inngest" || state.From != "discovered" {
		t.Errorf("got %+v", state)
	}
	if states := appStates(t, s.URL()); len(states) != 1 {
		t.Errorf("one app is known as %+v", states)
	}
}

// TestRestartedAppKeepsItsWaitingRuns stops an app while a run of its waits,
// and starts it again at another address.
func TestRestartedAppKeepsItsWaitingRuns(t *testing.T) {
	s := serve(t, devserver.Config{PollInterval: often})
	waiting := make(chan struct{}, 1)
	fn := func(ctx context.Context, _ input) (any, error) {
		select {
		case waiting <- struct{}{}:
		default:
		}
		return step.WaitForEvent[map[string]any](ctx, "again", step.WaitForEventOpts{Event: "again", Timeout: time.Hour})
	}
	first := httptest.NewServer(devApp(t, s.URL(), "fn", fn))
	syncApp(t, first.URL+"/api/inngest")
	id := send(t, s.URL(), `{"name":"go"}`)
	<-waiting
	first.Close() // returns when the call has been answered
	waitApp(t, s.URL(), func(a appState) bool { return a.Reason != nil })

	second := listen(t, devApp(t, s.URL(), "fn", fn))
	syncApp(t, second+"/api/inngest")
	if states := appStates(t, s.URL()); len(states) != 1 || !strings.HasPrefix(states[0].URL, second) {
		t.Errorf("the app that moved is known as %+v", states)
	}
	var run map[string]any
	for run == nil || run["ended_at"] == nil { // until the server has stored the wait
		send(t, s.URL(), `{"name":"again"}`)
		run = runOf(t, s.URL(), id)
	}
	if run["status"] != "Completed" {
		t.Errorf("got %v", run)
	}
}

// TestAnAppIsKnownOnce syncs an app that reports another address than the one it
// was asked at, an app that is requested at the address where it registered
// itself, and an app that moves away from a requested address.
func TestAnAppIsKnownOnce(t *testing.T) {
	s := serve(t, devserver.Config{PollInterval: often})
	api, dev := s.URL(), true
	proxied := sdkApp(t, inngestgo.ClientOpts{Dev: &dev, APIBaseURL: &api}, "fn", nothing)
	inner := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = "127.0.0.1:1"
		proxied.ServeHTTP(w, r)
	})) + "/api/inngest"
	add(t, api, inner)
	waitApp(t, api, func(a appState) bool { return a.URL == inner && a.App == "shop" })
	if states := appStates(t, api); len(states) != 1 || states[0].Reason != nil {
		t.Errorf("an app that reports another address is known as %+v", states)
	}
	add(t, api, "http://127.0.0.1:1/api/inngest")
	if states := appStates(t, api); len(states) != 2 {
		t.Errorf("an address that an app reports was asked for, and known are %+v", states)
	}
	third := serve(t, devserver.Config{PollInterval: often})
	synced := listen(t, devApp(t, third.URL(), "fn", nothing)) + "/api/inngest"
	syncApp(t, synced)
	for _, want := range []string{"registered", "requested"} {
		if states := appStates(t, third.URL()); len(states) != 1 || states[0].From != want {
			t.Errorf("an app that synced itself is known as %+v, want it %s", states, want)
		}
		add(t, third.URL(), synced)
	}

	second := serve(t, devserver.Config{PollInterval: often})
	app := devApp(t, second.URL(), "fn", nothing)
	before, after := httptest.NewServer(app), listen(t, app)+"/api/inngest"
	add(t, second.URL(), before.URL+"/api/inngest")
	waitApp(t, second.URL(), func(a appState) bool { return a.App == "shop" })
	before.Close()
	syncApp(t, after)
	eventually(t, func() bool {
		states := appStates(t, second.URL())
		return len(states) == 1 && states[0].URL == after && states[0].Reason == nil
	})
}

// add asks a server to sync the app at a URL.
func add(t *testing.T, api, app string) {
	t.Helper()
	if res, body := call(t, http.MethodPost, api+"/dev/apps", `{"urls":["`+app+`"]}`); res.StatusCode != http.StatusOK {
		t.Fatalf("got %d %s", res.StatusCode, body)
	}
}
