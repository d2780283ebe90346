package devserver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo/step"
	"github.com/inngest/inngestgo/stephttp"
	"github.com/oklog/ulid/v2"

	"github.com/inngestkit/inngestkit/devserver"
)

// endpoint serves a handler with step tools, and returns its URL.
func endpoint(t *testing.T, api, key string, h http.HandlerFunc) string {
	t.Helper()
	provider := stephttp.Setup(stephttp.SetupOpts{Optional: stephttp.OptionalSetupOpts{BaseURL: api, SigningKey: key}})
	srv := httptest.NewServer(provider.ServeHTTP(h))
	t.Cleanup(srv.Close)
	return srv.URL
}

// nap is an endpoint that sleeps, and is called again.
func nap(w http.ResponseWriter, r *http.Request) {
	a, _ := step.Run(r.Context(), "a", func(context.Context) (string, error) { return "A", nil })
	step.Sleep(r.Context(), "nap", 10*time.Millisecond)
	b, _ := step.Run(r.Context(), "b", func(context.Context) (string, error) { return "B", nil })
	fmt.Fprint(w, a+b)
}

// visit makes a request without following a redirect.
func visit(t *testing.T, url string) (location, run string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, res.Body) // the run is reported before the answer ends
	_ = res.Body.Close()
	return res.Header.Get("Location"), res.Header.Get("X-Run-Id")
}

// TestEndpointWithSigningKey rehearses cloud mode: the SDK has the key, and its
// client has only the token.
func TestEndpointWithSigningKey(t *testing.T) {
	const key = "signkey-test-0123456789abcdef"
	s := serve(t, devserver.Config{SigningKey: key})
	to, run := visit(t, endpoint(t, s.URL(), key, nap)+"/nap")
	if !strings.HasPrefix(to, s.URL()+"/v1/http/runs/"+run+"/output?token=") {
		t.Fatalf("the client is sent to %q", to)
	}
	res, body := call(t, http.MethodGet, to, "", "Origin", "http://localhost:3000")
	if res.StatusCode != http.StatusOK || body != "AB" || res.Header.Get("Access-Control-Allow-Origin") != "http://localhost:3000" {
		t.Errorf("the output is %d %q, %v", res.StatusCode, body, res.Header)
	}
	for method, path := range map[string]string{
		http.MethodPost: "/v1/http/runs", http.MethodGet: "/v1/http/runs/" + run + "/output?token=nope",
	} {
		if res, body := call(t, method, s.URL()+path, "{}"); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: got %d %s", path, res.StatusCode, body)
		}
	}
}

// TestEndpointElsewhere shows that a server that other machines cannot reach does
// not call other machines, even if an endpoint's client used such a host name.
func TestEndpointElsewhere(t *testing.T) {
	report := func(api, domain string) int {
		res, _ := call(t, http.MethodPost, api+"/v1/http/runs", fmt.Sprintf(
			`{"run_id":%q,"event":{"name":"http/run.started","data":{"domain":%q,"method":"GET","path":"/"}}}`, ulid.Make(), domain))
		return res.StatusCode
	}
	local := serve(t, devserver.Config{}).URL()
	remote := startAt(t, devserver.Config{Addr: "127.0.0.1:0", AllowRemote: true}).URL()
	for domain, want := range map[string][2]int{
		"http://evil.example.com": {403, 200}, "http://192.168.1.1:80": {403, 200}, "https://localhost.evil.example.com": {403, 200},
		"http://localhost:3000": {200, 200}, "http://[::1]:80": {200, 200}, "http://shop.localhost": {200, 200}, "": {400, 400},
	} {
		if got := [2]int{report(local, domain), report(remote, domain)}; got != want {
			t.Errorf("%q: got %v, want %v", domain, got, want)
		}
	}
}

// TestEndpointOnPage shows that the page lists a run of an endpoint like any
// other, and that the server does not ask the endpoint's app to sync.
func TestEndpointOnPage(t *testing.T) {
	s := serve(t, devserver.Config{PollInterval: time.Millisecond})
	url := endpoint(t, s.URL(), "", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			t.Error("the endpoint was asked to sync")
		}
		_, _ = step.Run(r.Context(), "a", func(context.Context) (string, error) { return "A", nil })
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, "sorry")
	})
	_, id := visit(t, url+"/pay")
	var run struct {
		Status, Title, App string
		Endpoint           bool
		Error              struct{ Name, Message string }
		Steps              []struct{ Name, Status string }
	}
	_, body := call(t, http.MethodGet, s.URL()+"/page/api/runs/"+id, "")
	if err := json.Unmarshal([]byte(body), &run); err != nil {
		t.Fatal(err, body)
	}
	if run.Status != "Failed" || run.Title != "GET /pay" || run.App != url || !run.Endpoint || run.Error.Message != "sorry" || len(run.Steps) != 1 || run.Steps[0].Name != "a" {
		t.Errorf("the run is shown as %s", body)
	}
	if _, body := call(t, http.MethodGet, s.URL()+"/page/api/apps", ""); !strings.Contains(body, `"endpoints":true`) || !strings.Contains(body, `"endpoint":true`) {
		t.Errorf("the app is shown as %s", body)
	}
	if _, body := call(t, http.MethodGet, s.URL()+"/dev/apps", ""); body != "[]" {
		t.Errorf("the app is one to sync: %s", body)
	}
	if _, body := call(t, http.MethodGet, s.URL()+"/v2/apps", ""); !strings.Contains(body, `"method":"API"`) {
		t.Errorf("the apps of version 2 are %s", body)
	}
}

// TestEndpointAfterRestart shows that a run of an endpoint continues at another
// server, and that its client's token stays valid.
func TestEndpointAfterRestart(t *testing.T) {
	const key = "signkey-test-0123456789abcdef" // without a key the SDK reads the environment
	cfg := devserver.Config{DataDir: t.TempDir(), Addr: "127.0.0.1:0", SigningKey: key}
	s := startAt(t, cfg)
	cfg.Addr = address(s)
	url := endpoint(t, s.URL(), key, nap)
	to, _ := visit(t, url)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	startAt(t, cfg)
	visit(t, url) // shows the server that the app is there
	if res, body := call(t, http.MethodGet, to, ""); res.StatusCode != http.StatusOK || body != "AB" {
		t.Errorf("the output is %d %q", res.StatusCode, body)
	}
}

// TestEndpointThatBeginsAnew shows that an app that mistakes the server's calls
// for new requests is reported, and does not start runs endlessly.
func TestEndpointThatBeginsAnew(t *testing.T) {
	t.Setenv("INNGEST_DEV", "")
	s := serve(t, devserver.Config{})
	_, run := visit(t, endpoint(t, s.URL(), "", nap))
	for {
		_, body := call(t, http.MethodGet, s.URL()+"/v1/runs/"+run, "")
		if strings.Contains(body, "NotContinued") {
			break
		}
	}
	_, body := call(t, http.MethodGet, s.URL()+"/v2/runs", "")
	if n := strings.Count(body, `"queuedAt"`); n != 2 || !strings.Contains(body, "CANCELLED") {
		t.Errorf("there are %d runs: %s", n, body)
	}
}
