package devserver_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sdkerrors "github.com/inngest/inngestgo/errors"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/devserver"
)

func TestPageFiles(t *testing.T) {
	s := serve(t, devserver.Config{})
	files := []string{"/"}
	err := filepath.WalkDir("page", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, "/"+filepath.ToSlash(path))
		}
		return err
	})
	if err != nil || len(files) < 20 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		res, body := call(t, http.MethodGet, s.URL()+file, "")
		h := res.Header
		csp := h.Get("Content-Security-Policy")
		if res.StatusCode != http.StatusOK || h.Get("Content-Type") == "" || !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %d, %q, %q", file, res.StatusCode, h.Get("Content-Type"), csp)
		}
		for _, foreign := range []string{"https://", "//cdn", "innerHTML", "insertAdjacentHTML", "document.write", "eval("} {
			if strings.Contains(body, foreign) {
				t.Errorf("%s has %q", file, foreign)
			}
		}
	}
	for _, path := range []string{"/page/nope.js", "/page/", "/page/..%2fpage.go", "/page/style"} {
		if res, _ := call(t, http.MethodGet, s.URL()+path, ""); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d", path, res.StatusCode)
		}
	}
}

func TestPageAPI(t *testing.T) {
	s := serve(t, devserver.Config{PollInterval: -1})
	syncApp(t, app(t, s.URL(), func(ctx context.Context, in input) (any, error) {
		if in.Event.Data["fail"] == true {
			return nil, sdkerrors.NoRetryError(errors.New("<b>boom</b>"))
		}
		text, err := step.Run(ctx, "s", func(context.Context) (string, error) { return "ok", nil })
		step.Sleep(ctx, "nap", time.Millisecond)
		return text, err
	}))
	if res, body := call(t, http.MethodPut, s.URL()+"/fn/register", limited); res.StatusCode != http.StatusOK {
		t.Fatal(body)
	}
	event := send(t, s.URL(), `{"name":"go","data":{"text":"needle"}}`)
	run := waitRun(t, s.URL(), event)["run_id"].(string)
	waitRun(t, s.URL(), send(t, s.URL(), `{"name":"go","data":{"fail":true}}`))
	check := func(name, path string) {
		t.Helper()
		res, body := call(t, http.MethodGet, s.URL()+"/page/api/"+path, "")
		golden(t, "page-"+name, res, body)
	}
	check("runs", "runs?limit=1")
	check("runs-failed", "runs?status=Failed&function=shop-fn")
	check("runs-search", "runs?q=NEEDLE")
	check("run", "runs/"+run)
	check("run-unknown", "runs/nope")
	check("events", "events?q=needle")
	check("event", "events/"+event)
	check("event-unknown", "events/nope")
	check("apps", "apps")
	check("sample", "sample?event=go")
	check("sample-none", "sample?event=nobody.listens")
	if res, body := call(t, http.MethodPost, s.URL()+"/fn/register", `{"appName":"typed","functions":[],"inngestkit_events":[{"name":"go","data":{"email":"name@example.com"}}]}`); res.StatusCode != http.StatusOK {
		t.Fatalf("the app could not register: %s", body)
	}
	check("sample-definition", "sample?event=go")
}

func TestPauseFromPage(t *testing.T) {
	s := serve(t, devserver.Config{})
	syncApp(t, app(t, s.URL(), func(context.Context, input) (any, error) { return "ok", nil }))
	post := func(path string, want int) {
		t.Helper()
		if res, body := call(t, http.MethodPost, s.URL()+"/page/api/functions/"+path, ""); res.StatusCode != want {
			t.Errorf("%s: got %d %s", path, res.StatusCode, body)
		}
	}
	runs := func() int {
		_, body := call(t, http.MethodGet, s.URL()+"/v1/events/"+send(t, s.URL(), `{"name":"go"}`)+"/runs", "")
		return strings.Count(body, "run_id")
	}
	post("shop-fn/pause", http.StatusOK)
	if n := runs(); n != 0 {
		t.Errorf("%d runs started while the function was paused", n)
	}
	post("shop-fn/resume", http.StatusOK)
	if n := runs(); n != 1 {
		t.Errorf("%d runs started once it was resumed", n)
	}
	post("nope/pause", http.StatusNotFound)
}

func TestPageNeedsNoKey(t *testing.T) {
	s := serve(t, devserver.Config{SigningKey: "signkey-test-0123456789abcdef"})
	for site, want := range map[string]int{"same-origin": 200, "same-site": 401, "none": 401, "": 401} {
		res, _ := call(t, http.MethodGet, s.URL()+"/page/api/apps", "", "Sec-Fetch-Site", site)
		if res.StatusCode != want {
			t.Errorf("%q: got %d, want %d", site, res.StatusCode, want)
		}
	}
}

// message is a message of the stream.
type message struct {
	name string
	data struct {
		Runs   []struct{ ID, Status, EventID string }
		Events []struct {
			ID   string
			Runs []struct{ Status string }
		}
		Apps   bool
		Counts map[string]int
		Totals struct{ Runs, Events int }
	}
}

// follow returns a function that waits for the stream's next message.
func follow(t *testing.T, s *devserver.Server) func() message {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/page/api/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultTransport.(drained).RoundTripper.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	lines := bufio.NewScanner(res.Body)
	return func() (m message) {
		t.Helper()
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch {
			case name == "event":
				m.name = value
			case name == "data":
				if err := json.Unmarshal([]byte(value), &m.data); err != nil {
					t.Fatal(err)
				}
			case m.name != "":
				return m
			}
		}
		t.Fatalf("the stream ended: %v", lines.Err())
		return m
	}
}

func TestStream(t *testing.T) {
	s := serve(t, devserver.Config{})
	next := follow(t, s)
	if m := next(); m.name != "hello" {
		t.Fatalf("it begins with %+v", m)
	}
	syncApp(t, app(t, s.URL(), func(context.Context, input) (any, error) { return "ok", nil }))
	if m := next(); m.name != "change" || !m.data.Apps {
		t.Errorf("after a sync came %+v", m)
	}
	event := send(t, s.URL(), `{"name":"go"}`)
	for {
		m := next()
		if len(m.data.Runs) != 1 || m.data.Runs[0].EventID != event || len(m.data.Events) == 0 || m.data.Events[0].ID != event {
			t.Fatalf("after an event came %+v", m)
		}
		if m.data.Runs[0].Status == "Completed" {
			if m.data.Counts["Completed"] != 1 || m.data.Totals.Runs != 1 || m.data.Totals.Events != 1 || m.data.Events[0].Runs[0].Status != "Completed" {
				t.Errorf("the last message is %+v", m)
			}
			break
		}
	}
}

func TestStreamEndsWithTheServer(t *testing.T) {
	s, err := devserver.Start(t.Context(), devserver.Config{Addr: "127.0.0.1:0", Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	follow(t, s)()
	if err := s.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}
