package devserver_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	sdkerrors "github.com/inngest/inngestgo/errors"

	"github.com/inngestkit/inngestkit/devserver"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var (
	ulids = regexp.MustCompile(`"[0-9A-HJKMNP-TV-Z]{26}((?:-\d+)*)"`)
	took  = regexp.MustCompile(`"durationMs":"\d+"`)
	times = regexp.MustCompile(`"\d{4}-\d\d-\d\dT[0-9:.]+Z"`)
	ports = regexp.MustCompile(`127\.0\.0\.1:\d+`)
	uuids = regexp.MustCompile(`"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"`)
	build = regexp.MustCompile(`"version":"inngestkit[^"]*","pid":\d+`)
	stamp = regexp.MustCompile(`"ts":\d+`)
)

// stable replaces values that differ from run to run.
func stable(body string) string {
	body = ulids.ReplaceAllString(body, `"<ulid>$1"`)
	body = took.ReplaceAllString(body, `"durationMs":"1"`)
	body = uuids.ReplaceAllString(body, `"<uuid>"`)
	body = times.ReplaceAllString(body, `"<time>"`)
	body = stamp.ReplaceAllString(body, `"ts":1`)
	body = build.ReplaceAllString(body, `"version":"inngestkit","pid":1`)
	return ports.ReplaceAllString(body, "127.0.0.1:1")
}

// golden compares an answer with testdata/<name>.
func golden(t *testing.T, name string, res reply, body string) {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(stable(body)), "", "  "); err != nil {
		t.Errorf("%s: the answer is not JSON: %s", name, body)
	}
	got := fmt.Sprintln(res.StatusCode, http.StatusText(res.StatusCode)) + res.Header.Get("Content-Type") + "\n\n" + b.String() + "\n"
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestAPI(t *testing.T) {
	s := serve(t, devserver.Config{})
	api := s.URL()
	check := func(name, method, path, body string, header ...string) {
		t.Helper()
		res, got := call(t, method, api+path, body, header...)
		golden(t, name, res, got)
	}
	syncApp(t, app(t, api, func(_ context.Context, in input) (any, error) {
		if in.Event.Data["fail"] == true {
			return nil, sdkerrors.NoRetryError(errors.New("boom"))
		}
		return map[string]int{"n": 1}, nil
	}))
	good := send(t, api, `{"name":"go","id":"mine","data":{"x":1},"user":{"u":1},"v":"2"}`)
	bad := send(t, api, `{"name":"go","data":{"fail":true}}`)
	idle := send(t, api, `{"name":"nobody.listens"}`)
	run := waitRun(t, api, good)["run_id"].(string)
	waitRun(t, api, bad)

	check("send", "POST", "/e/key", `[{"name":"a"},{"name":"b"}]`)
	check("send-invalid", "POST", "/e/key", `{"data":{}}`)
	check("send-large", "POST", "/e/key", `[`+strings.Repeat(" ", 3<<20)+`]`)
	check("events", "GET", "/v1/events?limit=2&name=go", "")
	check("event", "GET", "/v1/events/"+good, "")
	check("event", "GET", "/v1/events/mine", "")
	check("event-unknown", "GET", "/v1/events/nope", "")
	check("event-unknown", "GET", "/v1/events/nope/runs", "")
	check("send-no-object", "POST", "/e/key", `["a"]`)
	check("event-runs", "GET", "/v1/events/"+good+"/runs", "")
	check("event-runs-failed", "GET", "/v1/events/"+bad+"/runs", "")
	check("event-runs-none", "GET", "/v1/events/"+idle+"/runs", "")
	check("run", "GET", "/v1/runs/"+run, "")
	check("run-unknown", "GET", "/v1/runs/"+unknownRun, "")
	check("run-invalid", "GET", "/v1/runs/nope", "")
	check("state-unknown", "GET", "/v0/runs/"+unknownRun+"/actions", "")
	check("state-unknown", "GET", "/v0/runs/"+unknownRun+"/batch", "")
	check("state-invalid", "GET", "/v0/runs/nope/batch", "")
	check("health", "GET", "/health", "")
	check("dev", "GET", "/dev", "")
	check("register", "PUT", "/fn/register", `{"appName":"other","url":"http://127.0.0.1:1/x","functions":[]}`)
	check("register-again", "POST", "/fn/register", `{"appName":"other","url":"http://127.0.0.1:1/x","functions":[]}`)
	check("register-invalid", "POST", "/fn/register", `{"appName":"other","functions":[{"id":"other-f","triggers":[{"event":"e","expression":"event.("}],"steps":{"step":{"runtime":{"url":"http://127.0.0.1:1/x"}}}}]}`)
	check("register-no-json", "POST", "/fn/register", `nope`)
	check("register-cloud", "POST", "/fn/register", `{}`, "X-Inngest-Expected-Server-Kind", "cloud")
	check("checkpoint-unknown", "POST", "/v1/checkpoint/nope/async", `{"run_id":"nope"}`)
}

func TestMethods(t *testing.T) {
	s := serve(t, devserver.Config{})
	for path, allow := range map[string]string{
		"/e/key": "POST", "/fn/register": "POST, PUT", "/v1/events": "GET, HEAD", "/v1/events/x": "GET, HEAD", "/": "GET, HEAD",
	} {
		res, _ := call(t, http.MethodDelete, s.URL()+path, "")
		if res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != allow {
			t.Errorf("%s: got %d, Allow %q; want 405, %q", path, res.StatusCode, res.Header.Get("Allow"), allow)
		}
	}
	if res, _ := call(t, http.MethodGet, s.URL()+"/nope", ""); res.StatusCode != http.StatusNotFound {
		t.Errorf("got %d for a path that is not there", res.StatusCode)
	}
}

func TestForeignRequestsAreRefused(t *testing.T) {
	s := serve(t, devserver.Config{})
	host := strings.TrimPrefix(s.URL(), "http://")
	for name, c := range map[string]struct {
		method string
		header []string
		want   int
	}{
		"plain":             {"GET", nil, 200},
		"localhost":         {"GET", []string{"Host", "localhost:8288"}, 200},
		"IPv6 loopback":     {"GET", []string{"Host", "[::1]:8288"}, 200},
		"rebound name":      {"GET", []string{"Host", "evil.example:8288"}, 403},
		"lookalike":         {"GET", []string{"Host", "localhost.evil.example"}, 403},
		"other address":     {"GET", []string{"Host", "192.168.0.1"}, 403},
		"same origin":       {"GET", []string{"Origin", "http://" + host}, 200},
		"app on this host":  {"GET", []string{"Origin", "http://localhost:3000"}, 200},
		"other origin":      {"GET", []string{"Origin", "https://evil.example"}, 403},
		"null origin":       {"GET", []string{"Origin", "null"}, 403},
		"cross-site fetch":  {"GET", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}, 403},
		"link from outside": {"GET", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}, 200},
		"form from outside": {"POST", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}, 403},
	} {
		path := "/health"
		if c.method == "POST" {
			path = "/e/key"
		}
		if res, body := call(t, c.method, s.URL()+path, "[]", c.header...); res.StatusCode != c.want {
			t.Errorf("%s: got %d %s, want %d", name, res.StatusCode, body, c.want)
		}
	}
}

func TestKeys(t *testing.T) {
	const key = "signkey-test-0123456789abcdef"
	s := serve(t, devserver.Config{SigningKey: key, EventKey: "secret"})
	for _, c := range []struct {
		method, path, token string
		want                int
	}{
		{"POST", "/e/secret", "", 200},
		{"POST", "/e/other", "", 401},
		{"GET", "/v1/events", "", 401},
		{"GET", "/v1/events", "signkey-test-00", 401},
		{"GET", "/v1/events", key, 200},
		{"GET", "/v1/events", "signkey-test-55c53f5d490297900cefa825d0c8e8e9532ee8a118abe7d8570762cd38be9818", 200},
	} {
		res, body := call(t, c.method, s.URL()+c.path, "[]", "Authorization", "Bearer "+c.token)
		if res.StatusCode != c.want {
			t.Errorf("%+v: got %d %s", c, res.StatusCode, body)
		}
	}
}
