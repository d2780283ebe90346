package devserver_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/pkg/checkpoint"
	"github.com/inngest/inngestgo/step"
	"go.uber.org/goleak"

	"github.com/inngestkit/inngestkit/devserver"
)

func TestStartWithAnEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("no longer wanted")
	cancel(reason)
	if _, err := devserver.Start(ctx, devserver.Config{Addr: "127.0.0.1:0", Logger: quiet}); !errors.Is(err, reason) {
		t.Errorf("Start with a context that has ended returned %v, want its reason", err)
	}
}

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		serveUntilKilled(dir, os.Getenv(crashAddr))
	}
	http.DefaultTransport = drained{http.DefaultTransport}
	goleak.VerifyTestMain(m)
}

// drained reads answers to their end. The SDK does not close the answer to a
// sync, which would leak its connection and two goroutines.
type drained struct{ http.RoundTripper }

func (d drained) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := d.RoundTripper.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, err
}

func (d drained) CloseIdleConnections() { d.RoundTripper.(*http.Transport).CloseIdleConnections() }

type input = inngestgo.Input[map[string]any]

var quiet = slog.New(slog.DiscardHandler)

// serve starts a dev server that ends with the test.
func serve(t *testing.T, cfg devserver.Config) *devserver.Server {
	t.Helper()
	cfg.Addr = "127.0.0.1:0"
	return startAt(t, cfg)
}

// app starts an app that uses the server at api, with one function on "go".
func app(t *testing.T, api string, f inngestgo.SDKFunction[map[string]any]) string {
	t.Helper()
	dev := true
	client, err := inngestgo.NewClient(inngestgo.ClientOpts{
		AppID: "shop", Dev: &dev, Logger: quiet, APIBaseURL: &api, EventAPIBaseURL: &api,
	})
	if err != nil {
		t.Fatal(err)
	}
	opts := inngestgo.FunctionOpts{ID: "fn", Name: "My <function>", Checkpoint: checkpoint.ConfigSafe}
	if _, err := inngestgo.CreateFunction(client, opts, inngestgo.EventTrigger("go", nil), f); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(client.Serve())
	t.Cleanup(srv.Close)
	return srv.URL + "/api/inngest"
}

// reply is an answer whose body has been read.
type reply struct {
	StatusCode int
	Header     http.Header
}

// call makes a request and returns the answer and its body.
func call(t *testing.T, method, url, body string, header ...string) (reply, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header}, string(raw)
}

// syncApp asks the app to register.
func syncApp(t *testing.T, url string) {
	t.Helper()
	if res, body := call(t, http.MethodPut, url, "", "X-Inngest-Server-Kind", "dev"); res.StatusCode != http.StatusOK {
		t.Fatalf("the app did not sync: %d %s", res.StatusCode, body)
	}
}

// send sends an event and returns its internal id.
func send(t *testing.T, api, event string) string {
	t.Helper()
	res, body := call(t, http.MethodPost, api+"/e/key", event)
	var sent struct{ IDs []string }
	if err := json.Unmarshal([]byte(body), &sent); err != nil || res.StatusCode != http.StatusOK || len(sent.IDs) != 1 {
		t.Fatalf("sending: %d %s", res.StatusCode, body)
	}
	return sent.IDs[0]
}

func TestFunctionOverHTTP(t *testing.T) {
	s := serve(t, devserver.Config{})
	ended := make(chan struct{})
	syncApp(t, app(t, s.URL(), func(ctx context.Context, in input) (any, error) {
		for range 3 {
			if _, err := step.Run(ctx, "again", func(context.Context) (int, error) { return 1, nil }); err != nil {
				return nil, err
			}
		}
		step.Sleep(ctx, "short", time.Millisecond)
		defer close(ended)
		return in.Event.Data, nil
	}))
	id := send(t, s.URL(), `{"name":"go","data":{"x":1}}`)
	<-ended
	run := waitRun(t, s.URL(), id)
	if run["status"] != "Completed" {
		t.Errorf("got %v", run)
	}
}

// eventually asks again and again until something is done.
func eventually(t *testing.T, done func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal("the test was cancelled")
		}
	}
}

// waitRun waits for the end of an event's one run, and returns the run.
func waitRun(t *testing.T, api, event string) map[string]any {
	t.Helper()
	var run map[string]any
	eventually(t, func() bool {
		t.Helper()
		run = runOf(t, api, event)
		return run["ended_at"] != nil
	})
	return run
}

// runOf returns the current state of an event's one run.
func runOf(t *testing.T, api, event string) map[string]any {
	t.Helper()
	_, body := call(t, http.MethodGet, api+"/v1/events/"+event+"/runs", "")
	var page struct{ Data []map[string]any }
	if err := json.Unmarshal([]byte(body), &page); err != nil || len(page.Data) != 1 {
		t.Fatalf("got %s", body)
	}
	return page.Data[0]
}

func TestAppsAreSyncedOnceTheyAreUp(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	refused := make(chan struct{})
	go func() { // the first attempt meets a server that hangs up
		if c, err := l.Accept(); err == nil {
			c.Close()
		}
		close(refused)
	}()
	s := serve(t, devserver.Config{Apps: []string{"http://" + l.Addr().String() + "/api/inngest"}})
	<-refused
	srv := &httptest.Server{Listener: l, Config: &http.Server{Handler: devApp(t, s.URL(), "fn", nothing)}}
	srv.Start()
	t.Cleanup(srv.Close)
	waitApp(t, s.URL(), func(a appState) bool { return a.App == "shop" && a.Reason == nil })
	if _, body := call(t, http.MethodGet, s.URL()+"/dev", ""); !strings.Contains(body, `"appName":"shop"`) {
		t.Errorf("the app is not registered: %s", body)
	}
}

func TestEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, err := devserver.Start(ctx, devserver.Config{Addr: "127.0.0.1:0", Logger: quiet, Apps: []string{"http://127.0.0.1:1/"}})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	<-s.Done()
	if err := errors.Join(s.Close(), s.Shutdown(t.Context())); err != nil {
		t.Error(err)
	}
}

func TestRefusesRemoteAddresses(t *testing.T) {
	for _, addr := range []string{":8288", "0.0.0.0:0", "192.168.1.1:0", "example.com:0", "[::]:0", "nonsense"} {
		s, err := devserver.Start(t.Context(), devserver.Config{Addr: addr, Logger: quiet})
		if err == nil {
			s.Close()
			t.Errorf("%q was taken", addr)
		}
	}
	s, err := devserver.Start(t.Context(), devserver.Config{Addr: "0.0.0.0:0", AllowRemote: true, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if res, _ := call(t, http.MethodGet, s.URL()+"/health", "", "Host", "dev.example.com"); res.StatusCode != http.StatusOK {
		t.Errorf("got %d", res.StatusCode)
	}
}
