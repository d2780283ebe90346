package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// patience bounds every wait for another process.
const patience = 30 * time.Second

// binary is the command, built once.
var binary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "inngestkit")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		binary = filepath.Join(dir, "inngestkit.exe") // Windows wants the suffix
		if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", binary, ".").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}

// result is the exit code and output of a command.
type result struct {
	code        int
	out, errout string
}

// inngestkitWith runs the command to its end.
func inngestkitWith(t *testing.T, stdin string, env []string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = append(clean(), env...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errout bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errout
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errout.String()}
}

func run(t *testing.T, args ...string) result {
	t.Helper()
	return inngestkitWith(t, "", nil, args...)
}

// clean returns the environment without the command's variables.
func clean() (env []string) {
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "INNGEST_") {
			env = append(env, v)
		}
	}
	return env
}

// server is a running "inngestkit dev --json".
type server struct {
	cmd   *exec.Cmd
	url   string
	lines chan map[string]any // its log lines; closed when it ends
	tail  []map[string]any    // the lines after it was asked to end
}

// dev starts a dev server that logs in JSON, and waits until it has logged its
// URL.
func dev(t *testing.T, env []string, args ...string) *server {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the server is stopped by signals, which Windows does not have")
	}
	s := &server{cmd: exec.Command(binary, append([]string{"dev", "--json", "--no-discovery"}, args...)...), lines: make(chan map[string]any, 1000)}
	s.cmd.Env = append(clean(), env...)
	errout, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	s.cmd.Stdout = &out
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		for range s.lines { // its log is read to the end
		}
		if out.Len() > 0 {
			t.Errorf("it printed besides its log: %s", &out)
		}
	})
	go func() {
		defer close(s.lines)
		for in := bufio.NewScanner(errout); in.Scan(); {
			var line map[string]any
			if err := json.Unmarshal(in.Bytes(), &line); err != nil {
				line = map[string]any{"msg": "this line is not JSON", "line": in.Text()}
			}
			s.lines <- line
		}
	}()
	s.url, _ = s.logged(t, "dev server", "url")["url"].(string)
	return s
}

// logged waits for a log line with an attribute and a message that contains a
// text.
func (s *server) logged(t *testing.T, message, attr string) map[string]any {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		select {
		case line, ok := <-s.lines:
			if !ok {
				t.Fatalf("it ended before it logged %q", message)
			}
			if msg, _ := line["msg"].(string); strings.Contains(msg, "not JSON") {
				t.Errorf("%s: %s", msg, line["line"])
			} else if _, has := line[attr]; has && strings.Contains(msg, message) {
				return line
			}
		case <-ctx.Done():
			t.Fatalf("it never logged %q", message)
		}
	}
}

// add makes the server sync an app, and waits until it has.
func (s *server) add(t *testing.T, app string) {
	t.Helper()
	res, err := http.Post(s.url+"/dev/apps", "application/json", strings.NewReader(`{"urls":["`+app+`"]}`))
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	s.logged(t, "synced an app", "app")
}

// end signals the server and waits for its end.
func (s *server) end(t *testing.T, sig os.Signal) *os.ProcessState {
	t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
	for line := range s.lines {
		s.tail = append(s.tail, line)
	}
	_ = s.cmd.Wait()
	return s.cmd.ProcessState
}

// stop ends the server as an operator would.
func (s *server) stop(t *testing.T) {
	t.Helper()
	if state := s.end(t, syscall.SIGTERM); state.ExitCode() != 0 {
		t.Errorf("it ended with %v", state)
	}
}

// shop is an app with one function on "go", of one step that calls work.
func shop(t *testing.T, cfg inngestkit.Config, work func(context.Context) (string, error)) string {
	t.Helper()
	cfg.AppID = "shop"
	app, err := inngestkit.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	goEvent := inngestkit.DefineEvent[map[string]any]("go")
	err = app.Register(inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "fn"}, goEvent.Trigger(),
		func(ctx context.Context, in inngestgo.Input[map[string]any]) (any, error) {
			if _, err := step.Run(ctx, "work", work); err != nil {
				return nil, err
			}
			return in.Event.Data, nil
		}))
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(app.Handler())
	t.Cleanup(srv.Close)
	return srv.URL + "/api/inngest"
}

func done(context.Context) (string, error) { return "done", nil }

// waitFor requests a page until it contains a text.
func waitFor(t *testing.T, url, says string) string {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	var body []byte
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		res, err := http.Get(url)
		if err != nil {
			continue // it is starting, or another takes its place
		}
		body, _ = io.ReadAll(res.Body)
		_ = res.Body.Close()
		if strings.Contains(string(body), says) {
			return string(body)
		}
	}
	t.Fatalf("%s never says %q; last: %s", url, says, body)
	return ""
}
