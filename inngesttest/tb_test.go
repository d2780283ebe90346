package inngesttest_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"flag"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite golden files")

// recordingTB is a testing.TB that a test of the kit's own failures is given.
type recordingTB struct {
	testing.TB
	ctx context.Context

	mu       sync.Mutex
	log      bytes.Buffer
	failed   bool
	skipped  bool
	cleanups []func()
}

func (tb *recordingTB) Helper()           {}
func (tb *recordingTB) Name() string      { return "TestRecorded" }
func (tb *recordingTB) Output() io.Writer { return io.Discard }
func (tb *recordingTB) Context() context.Context {
	return tb.ctx
}

func (tb *recordingTB) Cleanup(f func()) { tb.cleanups = append(tb.cleanups, f) }

func (tb *recordingTB) write(s string, failed bool) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	tb.failed = tb.failed || failed
	tb.log.WriteString(strings.TrimRight(s, "\n") + "\n")
}

func (tb *recordingTB) Logf(string, ...any) {}
func (tb *recordingTB) Errorf(format string, args ...any) {
	tb.write(fmt.Sprintf(format, args...), true)
}
func (tb *recordingTB) Fatalf(format string, args ...any) {
	tb.write(fmt.Sprintf(format, args...), true)
	runtime.Goexit()
}

func (tb *recordingTB) Fatal(args ...any) {
	tb.write(fmt.Sprint(args...), true)
	runtime.Goexit()
}

func (tb *recordingTB) Skipf(format string, args ...any) {
	tb.skipped = true
	runtime.Goexit()
}

func (tb *recordingTB) Failed() bool {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	return tb.failed
}

// record runs a test of its own, and returns what it says when it fails.
func record(t testing.TB, test func(t testing.TB)) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	tb := &recordingTB{TB: t, ctx: ctx}
	var wg sync.WaitGroup
	inGoroutine := func(f func()) {
		wg.Go(f)
		wg.Wait()
	}
	inGoroutine(func() { test(tb) })
	cancel()
	inGoroutine(tb.end)
	if !tb.failed {
		return ""
	}
	return tb.log.String()
}

// end runs what was given to Cleanup.
func (tb *recordingTB) end() {
	for _, f := range slices.Backward(tb.cleanups) {
		f()
	}
}

var lineNumber = regexp.MustCompile(`(_test\.go):\d+`)

// golden compares text to a golden file of the test's name. Line numbers are
// compared too, but not of this file's neighbours that grow.
func golden(t *testing.T, text string) {
	t.Helper()
	name := strings.NewReplacer("/", "-", " ", "_").Replace(strings.TrimPrefix(t.Name(), "Test"))
	file := filepath.Join("testdata", name+".golden")
	text = lineNumber.ReplaceAllString(text, "$1:N")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
}
