package adaptertest

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// killedEnv has the role of a child process of this test: the URL that it sends
// events to, or suicide, if it dies before it sends any.
const (
	killedEnv = "ADAPTERTEST_KILLED"
	suicide   = "before the flush"
)

// testKilled kills a process between a handler's success and the end of the flush.
// No client may be answered 2xx, because a client can rely on the events then.
func testKilled(t *testing.T, a Adapter) {
	if role := os.Getenv(killedEnv); role != "" {
		serveUntilKilled(t, a, role)
		return
	}
	for name, flushed := range map[string]bool{"before the flush": false, "before the flush is answered": true} {
		t.Run(name, func(t *testing.T) {
			var child *exec.Cmd
			got := 0
			api := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				got++
				_ = child.Process.Kill()
				panic(http.ErrAbortHandler) // the client is dead
			}))
			defer api.Close()
			role := api.URL
			if !flushed {
				role = suicide
			}
			child, url := startChild(t, role)
			if status := answered(t, url+HandledPath); status != 0 {
				t.Errorf("the client was answered %d", status)
			}
			_ = child.Wait()
			if flushed != (got == 1) {
				t.Errorf("Inngest was sent %d batches", got)
			}
		})
	}
}

// answered returns the status of the answer to a POST, or 0 without an answer.
func answered(t *testing.T, url string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return 0
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// startChild runs this test in another process, with a role.
func startChild(t *testing.T, role string) (child *exec.Cmd, url string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	pattern := "^" + strings.ReplaceAll(parent(t.Name()), "/", "$/^") + "$"
	child = exec.CommandContext(t.Context(), self, "-test.run="+pattern) //nolint:gosec // the program is this test
	child.Env = append(os.Environ(), killedEnv+"="+role)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := child.StdinPipe(); err != nil { // it closes when this process ends
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "serving "); ok {
			return child, url
		}
	}
	t.Fatal("the child did not serve: ", lines.Err())
	return nil, ""
}

func parent(name string) string { return name[:strings.LastIndexByte(name, '/')] }

// serveUntilKilled is the child's part of the test.
func serveUntilKilled(t *testing.T, a Adapter, role string) {
	t.Helper()
	c := inngestkit.Config{AppID: appID, DevServerURL: role, Logger: slog.New(slog.DiscardHandler)}
	if role == suicide {
		c.DevServerURL = "http://127.0.0.1:1"
		c.HTTPClient = &http.Client{Transport: dying{}}
	}
	app, err := inngestkit.New(c)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(a.Build(Setup{App: app, Middleware: true, Handle: created}))
	fmt.Fprintln(os.Stdout, "serving "+server.URL)
	_, _ = io.Copy(io.Discard, os.Stdin) // ends if the parent does
}

// dying kills the process when it is about to send something.
type dying struct{}

func (dying) RoundTrip(*http.Request) (*http.Response, error) {
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		return nil, err
	}
	_ = self.Kill()
	select {}
}
