package devserver_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/devserver"
)

// namedApp is an app of the official SDK with an id, and one function on "go".
func namedApp(t *testing.T, api, id, fn string) http.Handler {
	t.Helper()
	dev := true
	returns := func(context.Context, input) (any, error) { return id + " " + fn, nil }
	return sdkApp(t, inngestgo.ClientOpts{AppID: id, Dev: &dev, APIBaseURL: &api, EventAPIBaseURL: &api}, fn, returns)
}

// problem waits until the app at a URL has a reason of a code, and asserts that
// the reason names both of two addresses.
func problem(t *testing.T, api, at, code, other string) {
	t.Helper()
	state := waitApp(t, api, func(a appState) bool { return a.URL == at && a.Reason != nil && a.Reason.Code == code })
	if r := state.Reason; !strings.Contains(r.What, at) || !strings.Contains(r.What, other) || r.Why == "" || r.Fix == "" {
		t.Errorf("the reason %+v does not name %s and %s", *r, at, other)
	}
}

// wantLogged waits for a warning that contains some texts.
func wantLogged(t *testing.T, log logLines, texts ...string) {
	t.Helper()
	for line := range log {
		missing := !strings.Contains(line, "level=WARN")
		for _, text := range texts {
			missing = missing || !strings.Contains(line, text)
		}
		if !missing {
			return
		}
	}
}

// output returns the output of the run that an event starts.
func output(t *testing.T, api string) any {
	t.Helper()
	return waitRun(t, api, send(t, api, `{"name":"go"}`))["output"]
}

// TestTwoAppsOfOneID starts two apps of one id, which sync themselves, or are
// configured. The one that synced last stays in force until it ends.
func TestTwoAppsOfOneID(t *testing.T) {
	for name, configured := range map[string]bool{"self-registered": false, "configured": true} {
		t.Run(name, func(t *testing.T) {
			log := make(logLines, 10_000)
			s := serve(t, devserver.Config{PollInterval: often, Logger: slog.New(slog.NewTextHandler(log, nil))})
			api := s.URL()
			join := func(url string) {
				t.Helper()
				if configured {
					add(t, api, url)
				} else {
					syncApp(t, url)
				}
				waitApp(t, api, func(a appState) bool { return a.URL == url && a.App == "shop" })
			}
			first := listen(t, namedApp(t, api, "shop", "one")) + "/api/inngest"
			web := httptest.NewServer(namedApp(t, api, "shop", "two"))
			defer web.Close()
			second := web.URL + "/api/inngest"
			join(first)
			join(second)
			problem(t, api, first, "duplicate-app", second)
			problem(t, api, second, "duplicate-app", first)
			wantLogged(t, log, first, second, "AppID")
			for range 20 { // many polls later
				if got := output(t, api); got != "shop two" {
					t.Fatalf("the event ran %q, want the app that synced last", got)
				}
			}
			web.Close()
			waitApp(t, api, func(a appState) bool { return a.URL == first && a.Reason == nil })
			eventually(t, func() bool {
				_, body := call(t, http.MethodGet, api+"/dev", "")
				return strings.Contains(body, first)
			})
			if got := output(t, api); got != "shop one" {
				t.Errorf("when the second app had ended, the event ran %q", got)
			}
		})
	}
}

// TestCollidingFunctions starts two apps whose function ids are the same, since
// an id is that of the app, a hyphen and that of the function.
func TestCollidingFunctions(t *testing.T) {
	log := make(logLines, 10_000)
	s := serve(t, devserver.Config{PollInterval: often, Logger: slog.New(slog.NewTextHandler(log, nil))})
	api := s.URL()
	first := listen(t, namedApp(t, api, "shop", "a-b")) + "/api/inngest"
	second := listen(t, namedApp(t, api, "shop-a", "b")) + "/api/inngest"
	syncApp(t, first)
	syncApp(t, second)
	problem(t, api, first, "duplicate-function", second)
	problem(t, api, second, "duplicate-function", first)
	wantLogged(t, log, first, second, "shop-a-b")
	if got := output(t, api); got != "shop-a b" {
		t.Errorf("the event ran %q, want the function of the app that synced last", got)
	}
	remove(t, api, "shop-a", http.StatusOK)
	waitApp(t, api, func(a appState) bool { return a.URL == first && a.Reason == nil })
	if got := output(t, api); got != "shop a-b" {
		t.Errorf("without the second app, the event ran %q", got)
	}
}

// TestRenamedAppGoes starts an app again at its address under another id.
func TestRenamedAppGoes(t *testing.T) {
	for _, key := range []string{"", "signkey-test-0123456789abcdef"} {
		s := serve(t, devserver.Config{SigningKey: key, PollInterval: -1})
		api, dev := s.URL(), key == ""
		named := func(id string) http.Handler {
			client, err := inngestgo.NewClient(inngestgo.ClientOpts{AppID: id, Dev: &dev, SigningKey: &key, Logger: quiet, APIBaseURL: &api})
			if err != nil {
				t.Fatal(err)
			}
			for fn, trigger := range map[string]inngestgo.Trigger{"fn": inngestgo.EventTrigger("go", nil), "tick": inngestgo.CronTrigger("* * * * *")} {
				if _, err := inngestgo.CreateFunction(client, inngestgo.FunctionOpts{ID: fn}, trigger, nothing); err != nil {
					t.Fatal(err)
				}
			}
			return client.Serve()
		}
		app := newSwap(named("before"))
		at := listen(t, app) + "/api/inngest"
		add(t, api, at)
		waitApp(t, api, func(a appState) bool { return a.App == "before" && a.Reason == nil })
		app.put(named("after"))
		if res, body := call(t, http.MethodPost, api+"/v2/apps/-/syncs", `{"url":"`+at+`"}`, "Authorization", "Bearer "+key); res.StatusCode != http.StatusOK {
			t.Fatal(body)
		}
		eventually(t, func() bool {
			_, body := call(t, http.MethodGet, api+"/dev", "")
			return !strings.Contains(body, "before") && strings.Contains(body, "after")
		})
		if states := appStates(t, api); len(states) != 1 || states[0].App != "after" || states[0].Reason != nil {
			t.Errorf("the renamed app is known as %+v", states)
		}
	}
}

// remove removes an app by its id or URL.
func remove(t *testing.T, api, id string, want int, header ...string) {
	t.Helper()
	id = strings.ReplaceAll(id, "/", "%2F")
	if res, body := call(t, http.MethodDelete, api+"/dev/apps/"+id, "", header...); res.StatusCode != want {
		t.Errorf("removing %s: got %d %s, want %d", id, res.StatusCode, body, want)
	}
}

func TestAppsAreRemoved(t *testing.T) {
	s := serve(t, devserver.Config{PollInterval: often})
	api := s.URL()
	app := listen(t, namedApp(t, api, "shop", "fn")) + "/api/inngest"
	for _, id := range []string{"shop", app} {
		add(t, api, app)
		add(t, api, "http://127.0.0.1:1/api/inngest")
		waitApp(t, api, func(a appState) bool { return a.App == "shop" && a.Reason == nil })
		remove(t, api, id, http.StatusOK)
		remove(t, api, id, http.StatusNotFound)
		remove(t, api, "http://127.0.0.1:1/api/inngest", http.StatusOK)
		if _, body := call(t, http.MethodGet, api+"/dev", ""); strings.Contains(body, "shop") {
			t.Errorf("the removed app is registered: %s", body)
		}
		if states := appStates(t, api); len(states) != 0 {
			t.Errorf("the removed apps are known as %+v", states)
		}
	}
	syncApp(t, app)
	waitApp(t, api, func(a appState) bool { return a.App == "shop" && a.From == "registered" })

	const key = "signkey-test-0123456789abcdef"
	signed := serve(t, devserver.Config{SigningKey: key})
	remove(t, signed.URL(), "shop", http.StatusUnauthorized)
	remove(t, signed.URL(), "shop", http.StatusNotFound, "Authorization", "Bearer "+key)
}

func TestAppWithoutFunctions(t *testing.T) {
	log := make(logLines, 1000)
	s := serve(t, devserver.Config{PollInterval: often, Logger: slog.New(slog.NewTextHandler(log, nil))})
	api, dev := s.URL(), true
	client, err := inngestgo.NewClient(inngestgo.ClientOpts{AppID: "shop", Dev: &dev, Logger: quiet, APIBaseURL: &api})
	if err != nil {
		t.Fatal(err)
	}
	syncApp(t, listen(t, client.Serve())+"/api/inngest")
	r := waitApp(t, api, func(a appState) bool { return a.App == "shop" && a.Reason != nil }).Reason
	if r.Code != "no-functions" || !strings.Contains(r.Fix, "app.Register") {
		t.Errorf("got %+v", *r)
	}
	wantLogged(t, log, "no functions", "app.Register")
}

// TestAppsThatForgetTheDeployID starts two apps of one id with an SDK that does
// not repeat the deploy id of a sync. They register whenever they are asked which
// app they are, which must not go on forever.
func TestAppsThatForgetTheDeployID(t *testing.T) {
	s := serve(t, devserver.Config{PollInterval: -1})
	api := s.URL()
	var asked atomic.Int32
	start := func(fn string) string {
		var at string
		at = listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			w.Header().Set("X-Inngest-Sdk", "test:v1")
			register(t, api, at, fn)
			_, _ = w.Write([]byte(`{"message":"Successfully synced."}`))
		})) + "/api/inngest"
		register(t, api, at, fn)
		return at
	}
	first, second := start("one"), start("two")
	problem(t, api, first, "duplicate-app", second)
	problem(t, api, second, "duplicate-app", first)
	for range 100 {
		call(t, http.MethodGet, api+"/health", "")
	}
	if n := asked.Load(); n > 4 {
		t.Errorf("the apps were asked %d times", n)
	}
}

// register registers an app with the id shop and one function.
func register(t *testing.T, api, at, fn string) {
	body := `{"appName":"shop","url":"` + at + `","functions":[{"id":"shop-` + fn + `","name":"f","triggers":[{"event":"e"}],"steps":{"step":{"runtime":{"url":"` + at + `"}}}}]}`
	if res, answer := call(t, http.MethodPost, api+"/fn/register", body); res.StatusCode != http.StatusOK {
		t.Errorf("the registration was refused: %s", answer)
	}
}
