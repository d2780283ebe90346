package examples_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait for another process.
const patience = 30 * time.Second

// binaries builds all examples once, and returns their folder.
var binaries = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "examples")
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", dir+string(filepath.Separator))
	for _, framework := range frameworks {
		build.Args = append(build.Args, "./"+framework)
	}
	if out, err := build.CombinedOutput(); err != nil {
		return dir, fmt.Errorf("%w\n%s", err, out)
	}
	return dir, nil
})

// process is a running example.
type process struct {
	cmd    *exec.Cmd
	shop   string // base URL
	dev    string // base URL of the Inngest server
	stdout sync.WaitGroup
	logs   logs
}

var address = regexp.MustCompile(`(?m)^  (shop on|Inngest dev server) .*(http://\S+)$`)

// start runs an example on free ports and returns when it has printed its
// addresses.
func start(t *testing.T, framework string, env ...string) *process {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("examples are stopped by SIGTERM, which Windows does not have")
	}
	dir, err := binaries()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(filepath.Join(dir, framework))}
	p.cmd.Env = append(os.Environ(), append([]string{"PORT=0", "DEV_PORT=0", "INNGEST_DEV="}, env...)...)
	p.cmd.Stderr = &p.logs
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })

	found := make(chan [2]string, 1)
	p.stdout.Go(func() {
		defer close(found)
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
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	select {
	case urls, ok := <-found:
		if !ok {
			t.Fatalf("the example ended before it printed its addresses\n%s", &p.logs)
		}
		p.shop, p.dev = urls[0], urls[1]
	case <-ctx.Done():
		t.Fatalf("the example printed no addresses\n%s", &p.logs)
	}
	return p
}

// stop ends the example as an operator would. It closes the test's connections
// first: a server that shuts down waits five seconds for a connection that was
// opened and never used.
func (p *process) stop(t *testing.T) {
	t.Helper()
	http.DefaultClient.CloseIdleConnections()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.stdout.Wait()
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("it did not end well: %v\n%s", err, &p.logs)
	}
}

// logs collects the log of a process.
type logs struct {
	mu    sync.Mutex
	text  bytes.Buffer
	grown chan struct{} // closed by the next write; nil if nobody waits for it
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.grown != nil {
		close(l.grown)
		l.grown = nil
	}
	return l.text.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// await returns when the process has logged a text.
func (l *logs) await(t *testing.T, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		l.mu.Lock()
		if bytes.Contains(l.text.Bytes(), []byte(text)) {
			l.mu.Unlock()
			return
		}
		if l.grown == nil {
			l.grown = make(chan struct{})
		}
		grown := l.grown
		l.mu.Unlock()
		select {
		case <-grown:
		case <-ctx.Done():
			t.Fatalf("it did not log %q\n%s", text, l)
		}
	}
}
