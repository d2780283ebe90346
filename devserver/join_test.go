package devserver_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/devserver"
)

// startAt starts a server at an address that may be taken.
func startAt(t *testing.T, cfg devserver.Config) *devserver.Server {
	t.Helper()
	cfg.Logger = cmp.Or(cfg.Logger, quiet)
	s, err := devserver.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func address(s *devserver.Server) string { return strings.TrimPrefix(s.URL(), "http://") }

func TestTakenPortIsJoined(t *testing.T) {
	first := startAt(t, devserver.Config{Addr: "127.0.0.1:0", PollInterval: often})
	app := listen(t, devApp(t, first.URL(), "fn", nothing)) + "/api/inngest"
	second := startAt(t, devserver.Config{Addr: address(first), Join: true, Apps: []string{app}})
	if first.Joined() || !second.Joined() || second.URL() != first.URL() {
		t.Errorf("the first is joined: %t; the second: %t, at %s", first.Joined(), second.Joined(), second.URL())
	}
	if state := waitApp(t, first.URL(), func(a appState) bool { return a.App == "shop" }); state.From != "requested" {
		t.Errorf("got %+v", state)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
	<-second.Done()
	if run := waitRun(t, first.URL(), send(t, first.URL(), `{"name":"go"}`)); run["status"] != "Completed" {
		t.Errorf("got %v", run)
	}
}

func TestJoiningSaysWhatHasNoEffect(t *testing.T) {
	first := startAt(t, devserver.Config{Addr: "127.0.0.1:0"})
	for want, cfg := range map[string]devserver.Config{
		"":                        {Discover: true, PollInterval: often},
		"DataDir, EventKey, NoUI": {DataDir: t.TempDir(), EventKey: "secret", NoUI: true},
		"DataDir":                 {DataDir: t.TempDir()},
	} {
		var log bytes.Buffer
		cfg.Addr, cfg.Join, cfg.Logger = address(first), true, slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
		s, err := devserver.Start(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		var line struct{ Settings string }
		if err := json.Unmarshal([]byte(cmp.Or(log.String(), "{}")), &line); err != nil || line.Settings != want || strings.Contains(log.String(), "secret") {
			t.Errorf("logged %s (%v), want settings %q", &log, err, want)
		}
	}
}

// TestJoinedServerIsSucceeded ends the first of three servers at one address,
// in each way in which it can end. One of the others must take its place, with
// the apps of both.
func TestJoinedServerIsSucceeded(t *testing.T) {
	for name, stop := range map[string]func(*devserver.Server) error{
		"closed":    (*devserver.Server).Close,
		"shut down": func(s *devserver.Server) error { return s.Shutdown(t.Context()) },
	} {
		t.Run(name, func(t *testing.T) {
			first := startAt(t, devserver.Config{Addr: "127.0.0.1:0"})
			api := first.URL()
			shop := listen(t, devApp(t, api, "fn", nothing)) + "/api/inngest"
			second := startAt(t, devserver.Config{Addr: address(first), Join: true, Apps: []string{shop}, PollInterval: often})
			third := startAt(t, devserver.Config{Addr: address(first), Join: true, Apps: []string{shop + "/third"}, PollInterval: often})
			waitApp(t, api, func(a appState) bool { return a.App == "shop" })
			http.DefaultClient.CloseIdleConnections()
			if err := stop(first); err != nil {
				t.Error(err)
			}
			tick := time.NewTicker(time.Millisecond)
			defer tick.Stop()
			for second.Joined() && third.Joined() {
				<-tick.C
			}
			for _, at := range []string{shop, shop + "/third"} {
				waitApp(t, api, func(a appState) bool { return a.URL == at && a.App == "shop" })
			}
			if second.Joined() == third.Joined() || second.URL() != api || third.URL() != api {
				t.Errorf("joined: %t, %t; at %s, %s", second.Joined(), third.Joined(), second.URL(), third.URL())
			}
			if run := waitRun(t, api, send(t, api, `{"name":"go"}`)); run["status"] != "Completed" {
				t.Errorf("got %v", run)
			}
		})
	}
}

// TestStoppingServerIsFollowed starts a server at the address of one that still
// waits for a call in flight.
func TestStoppingServerIsFollowed(t *testing.T) {
	first := startAt(t, devserver.Config{Addr: "127.0.0.1:0"})
	api := first.URL()
	calling, answer := make(chan struct{}), make(chan struct{})
	app := listen(t, devApp(t, api, "fn", func(context.Context, inngestgo.Input[map[string]any]) (any, error) {
		close(calling)
		<-answer
		return nil, nil
	})) + "/api/inngest"
	syncApp(t, app)
	send(t, api, `{"name":"go"}`)
	<-calling
	stopped := make(chan error)
	go func() { stopped <- first.Shutdown(t.Context()) }()
	for stopping := false; !stopping; {
		res, _ := call(t, http.MethodGet, api+"/dev/lifetime", "")
		stopping = res.StatusCode == http.StatusServiceUnavailable
	}
	second := startAt(t, devserver.Config{Addr: address(first), Join: true, Apps: []string{app}})
	if !second.Joined() || second.URL() != api {
		t.Errorf("joined: %t, at %s", second.Joined(), second.URL())
	}
	close(answer)
	http.DefaultClient.CloseIdleConnections()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for second.Joined() {
		<-tick.C
	}
	waitApp(t, api, func(a appState) bool { return a.From == "configured" && a.App == "shop" })
}

// TestTakenAddressIsAnError starts a server where another one runs, without
// being asked to join it.
func TestTakenAddressIsAnError(t *testing.T) {
	first := startAt(t, devserver.Config{Addr: "127.0.0.1:0"})
	s, err := devserver.Start(t.Context(), devserver.Config{Addr: address(first), Apps: []string{"http://127.0.0.1:1/"}, Logger: quiet})
	if err == nil {
		s.Close()
		t.Fatal("the server was joined, which nobody asked for")
	}
	taken := inUse(t, err)
	if taken.Addr != address(first) || !taken.Joinable || !strings.HasPrefix(taken.Owner, "an inngestkit dev server (") {
		t.Errorf("got %+v", taken)
	}
	for _, want := range []string{address(first), fmt.Sprintf("process %d", os.Getpid()), "set Join", "set Addr to another address"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	if states := appStates(t, first.URL()); len(states) != 0 {
		t.Errorf("its apps were taken: %+v", states)
	}
}

// inUse returns an error of Start as an AddrInUseError, which wraps the
// operating system's.
func inUse(t *testing.T, err error) *devserver.AddrInUseError {
	t.Helper()
	var taken *devserver.AddrInUseError
	var system *net.OpError
	if !errors.As(err, &taken) || !errors.As(err, &system) {
		t.Fatalf("got %v (%T), want an AddrInUseError that wraps the system's error", err, err)
	}
	return taken
}

func TestOtherServersAreNotJoined(t *testing.T) {
	const key = "signkey-test-0123456789abcdef"
	for name, c := range map[string]struct {
		there http.HandlerFunc
		want  string
	}{
		"another program":   {http.NotFound, "a program that is not an Inngest dev server"},
		"a web application": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }, "a program that is not an Inngest dev server"},
		"the official one":  {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"version":"1.19.3-0"}`)) }, "INNGEST_DEV=http://127.0.0.1:"},
	} {
		t.Run(name, func(t *testing.T) {
			addr := strings.TrimPrefix(listen(t, c.there), "http://")
			for _, join := range []bool{true, false} {
				s, err := devserver.Start(t.Context(), devserver.Config{Addr: addr, Join: join, Logger: quiet})
				if err == nil {
					s.Close()
					t.Fatal("it was joined")
				}
				if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "stop it, or set Addr to another address") {
					t.Error(err)
				}
				if taken := inUse(t, err); taken.Addr != addr || taken.Joinable {
					t.Errorf("got %+v", taken)
				}
			}
		})
	}
	for name, keys := range map[string][2]string{"none and some": {"", key}, "some and none": {key, ""}, "two": {key, key + "00"}} {
		t.Run("keys: "+name, func(t *testing.T) {
			first := startAt(t, devserver.Config{Addr: "127.0.0.1:0", SigningKey: keys[0]})
			for _, join := range []bool{true, false} {
				s, err := devserver.Start(t.Context(), devserver.Config{Addr: address(first), Join: join, SigningKey: keys[1], Apps: []string{"http://127.0.0.1:1/"}, Logger: quiet})
				if err == nil {
					s.Close()
					t.Fatal("it was joined")
				}
				if !strings.Contains(err.Error(), "another signing key") || strings.Contains(err.Error(), "signkey") {
					t.Error(err)
				}
				if taken := inUse(t, err); taken.Joinable {
					t.Errorf("got %+v", taken)
				}
			}
			if states := appStates(t, first.URL()); len(states) != 0 {
				t.Errorf("its apps were taken: %+v", states)
			}
		})
	}
	first := startAt(t, devserver.Config{Addr: "127.0.0.1:0", SigningKey: key})
	if second := startAt(t, devserver.Config{Addr: address(first), Join: true, SigningKey: key}); !second.Joined() {
		t.Error("a server with the same key was not joined")
	}
}

// TestAddressOfAnotherMachine listens at an address that is reserved for
// documentation (RFC 5737).
func TestAddressOfAnotherMachine(t *testing.T) {
	s, err := devserver.Start(t.Context(), devserver.Config{Addr: "192.0.2.1:8288", AllowRemote: true, Logger: quiet})
	if err == nil {
		s.Close()
		t.Fatal("it listens there")
	}
	if errors.As(err, new(*devserver.AddrInUseError)) {
		t.Error(err)
	}
}

func TestAppsAreAddedByRequest(t *testing.T) {
	s := serve(t, devserver.Config{PollInterval: often})
	for body, want := range map[string]int{
		`{"urls":["http://127.0.0.1:1/api/inngest"]}`:                  http.StatusOK,
		`{"urls":["http://127.0.0.1:2/api/inngest","127.0.0.1:3"]}`:    http.StatusBadRequest,
		`{"urls":"http://127.0.0.1:4/"}`:                               http.StatusBadRequest,
		`urls`:                                                         http.StatusBadRequest,
		`{"urls":["http://127.0.0.1:5/"],"key":"x"}`:                   http.StatusConflict,
		`{"urls":["http://127.0.0.1:6/` + strings.Repeat("x", 1<<20):   http.StatusRequestEntityTooLarge,
		`{"urls":["http://127.0.0.1:1/api/inngest"],"unknown":"name"}`: http.StatusOK,
	} {
		if res, got := call(t, http.MethodPost, s.URL()+"/dev/apps", body); res.StatusCode != want {
			t.Errorf("%.80s: got %d %s, want %d", body, res.StatusCode, got, want)
		}
	}
	if states := appStates(t, s.URL()); len(states) != 1 || states[0].URL != "http://127.0.0.1:1/api/inngest" {
		t.Errorf("the server knows %+v", states)
	}
}
