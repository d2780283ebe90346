// Package examples_test runs each example as a user would: as a process, over
// HTTP, to its end.
package examples_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var frameworks = []string{"gin", "echo", "nethttp"}

// patience bounds every wait for another process.
const patience = 30 * time.Second

// example is a running example.
type example struct {
	cmd      *exec.Cmd
	shop     string
	dev      string
	readLogs sync.WaitGroup
	logs     bytes.Buffer
}

var address = regexp.MustCompile(`(?m)^  (shop on|Inngest dev server) .*(http://\S+)$`)

// start builds and runs an example on free ports and waits until it prints
// its addresses.
func start(t *testing.T, framework string, env ...string) *example {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("examples are stopped by SIGTERM, which Windows has not")
	}
	binary := filepath.Join(t.TempDir(), framework)
	if out, err := exec.Command("go", "build", "-o", binary, "./"+framework).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	ex := &example{cmd: exec.Command(binary)}
	ex.cmd.Env = append(os.Environ(), append([]string{"PORT=0", "DEV_PORT=0", "INNGEST_DEV="}, env...)...)
	stdout, err := ex.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	ex.cmd.Stderr = &ex.logs
	if err := ex.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ex.cmd.Process.Kill() })

	found := make(chan [2]string, 1)
	ex.readLogs.Go(func() {
		var urls [2]string
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			switch m := address.FindStringSubmatch(lines.Text()); {
			case len(m) == 0:
			case m[1] == "shop on":
				urls[0] = m[2]
			default:
				urls[1] = m[2]
				found <- urls
			}
		}
	})
	select {
	case urls := <-found:
		ex.shop, ex.dev = urls[0], urls[1]
	case <-time.After(patience):
		t.Fatal("the example printed no addresses")
	}
	return ex
}

// stop ends the example as an operator would.
func (ex *example) stop(t *testing.T) {
	t.Helper()
	if err := ex.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	ex.readLogs.Wait()
	if err := ex.cmd.Wait(); err != nil {
		t.Errorf("it did not end well: %v\n%s", err, &ex.logs)
	}
}

// post sends JSON to the shop and returns the answer's body.
func (ex *example) post(t *testing.T, path, body string, status int, contentType string) map[string]any {
	t.Helper()
	resp, err := http.Post(ex.shop+path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got := resp.Header.Get("Content-Type"); resp.StatusCode != status || !strings.HasPrefix(got, contentType) {
		t.Fatalf("POST %s %s: %d %s %s, want %d %s", path, body, resp.StatusCode, got, raw, status, contentType)
	}
	var answer map[string]any
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

type run struct {
	ID     string          `json:"run_id"`
	Status string          `json:"status"`
	Output json.RawMessage `json:"output"`
}

// runs waits until an event has n ended runs.
func (ex *example) runs(t *testing.T, answer map[string]any, n int) []run {
	t.Helper()
	ids, _ := answer["ids"].([]any)
	if len(ids) != 1 {
		t.Fatalf("the answer holds no id: %v", answer)
	}
	var last []byte
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		resp, err := http.Get(ex.dev + "/v1/events/" + ids[0].(string) + "/runs")
		if err != nil {
			t.Fatal(err)
		}
		last, _ = io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		var list struct{ Data []run }
		if json.Unmarshal(last, &list) == nil && len(list.Data) == n && ended(list.Data) {
			return list.Data
		}
	}
	t.Fatalf("event %v has no %d ended runs: %s\n%s", ids[0], n, last, &ex.logs)
	return nil
}

func ended(runs []run) bool {
	for _, r := range runs {
		if r.Status == "Running" {
			return false
		}
	}
	return true
}

const (
	json201 = "application/json"
	problem = "application/problem+json"
	user    = `{"email":"ada@example.com","name":"Ada","registrationSource":"web"}`
)

func order(product, total string) string {
	return `{"userId":"u1","items":[{"productId":"` + product + `","quantity":1,"price":20}],"total":` + total + `,"currency":"EUR"}`
}

func TestExamples(t *testing.T) {
	t.Parallel()
	for _, framework := range frameworks {
		t.Run(framework, func(t *testing.T) {
			t.Parallel()
			ex := start(t, framework)
			tryShop(t, ex)
			ex.stop(t)
		})
	}
}

// TestExamplesAgainstAnotherServer does the same against the server that
// INNGEST_DEV_SERVER_URL names, such as the official dev server.
func TestExamplesAgainstAnotherServer(t *testing.T) {
	t.Parallel()
	server := os.Getenv("INNGEST_DEV_SERVER_URL")
	if server == "" {
		t.Skip("INNGEST_DEV_SERVER_URL is not set: start an Inngest dev server and set it to try the examples against that")
	}
	ex := start(t, "gin", "INNGEST_DEV="+server)
	tryShop(t, ex)
	ex.stop(t)
}

func tryShop(t *testing.T, ex *example) {
	t.Helper()
	for _, r := range ex.runs(t, ex.post(t, "/users", user, http.StatusCreated, json201), 2) {
		if r.Status != "Completed" {
			t.Errorf("a run on user.registered is %s: %s", r.Status, r.Output)
		}
	}
	for _, c := range []struct{ product, total, status string }{
		{"book", "20", "confirmed"},
		{"sold-out", "20", "out-of-stock"},
		{"book", "10001", "payment-failed"},
	} {
		r := ex.runs(t, ex.post(t, "/orders", order(c.product, c.total), http.StatusCreated, json201), 1)[0]
		var out struct{ Status, PaymentID string }
		if err := json.Unmarshal(r.Output, &out); err != nil || out.Status != c.status || (out.PaymentID != "") != (c.status == "confirmed") {
			t.Errorf("%+v: %s %s", c, r.Status, r.Output)
		}
	}
	for body, status := range map[string]int{
		"no json":          http.StatusBadRequest,
		"":                 http.StatusBadRequest,
		`{"email":"x"}`:    http.StatusUnprocessableEntity,
		`{"email":3}`:      http.StatusUnprocessableEntity,
		`{"items":[{}]}`:   http.StatusUnprocessableEntity,
		order("", "20"):    http.StatusUnprocessableEntity,
		order("book", "0"): http.StatusUnprocessableEntity,
	} {
		path := "/users"
		if strings.Contains(body, "items") {
			path = "/orders"
		}
		ex.post(t, path, body, status, problem)
	}
}

// TestExamplesShareADevServer runs two examples side by side, and then ends
// the one that runs the dev server.
func TestExamplesShareADevServer(t *testing.T) {
	t.Parallel()
	first := start(t, "gin")
	port := first.dev[strings.LastIndex(first.dev, ":")+1:]
	second := start(t, "echo", "DEV_PORT="+port)
	if second.dev != first.dev {
		t.Errorf("the dev servers are at %s and %s", first.dev, second.dev)
	}
	first.runs(t, first.post(t, "/users", user, http.StatusCreated, json201), 4) // two functions in each app
	first.stop(t)
	second.waitSynced(t, "shop-echo")
	second.runs(t, second.post(t, "/users", user, http.StatusCreated, json201), 2)
	second.stop(t)
}

// waitSynced waits until the dev server knows an app.
func (ex *example) waitSynced(t *testing.T, app string) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		resp, err := http.Get(ex.dev + "/dev")
		if err != nil {
			continue // none has begun in the place of the one that ended
		}
		body, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if bytes.Contains(body, []byte(`"appName":"`+app+`"`)) {
			return
		}
	}
	t.Fatalf("%s is not synced\n%s", app, &ex.logs)
}

func TestExamplesWithoutAServer(t *testing.T) {
	t.Parallel()
	for _, framework := range frameworks {
		t.Run(framework, func(t *testing.T) {
			t.Parallel()
			ex := start(t, framework, "INNGEST_DEV=http://127.0.0.1:1")
			ex.post(t, "/users", user, http.StatusServiceUnavailable, problem)
			ex.stop(t)
		})
	}
}
