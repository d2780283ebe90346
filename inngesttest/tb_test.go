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
	"strconv"
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
	helpers  map[string]bool // functions that have called Helper
}

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

// Helper notes its caller.
func (tb *recordingTB) Helper() {
	var pcs [1]uintptr
	runtime.Callers(2, pcs[:])
	f, _ := runtime.CallersFrames(pcs[:]).Next()
	tb.mu.Lock()
	defer tb.mu.Unlock()
	if tb.helpers == nil {
		tb.helpers = map[string]bool{}
	}
	tb.helpers[f.Function] = true
}

// reported fails the test of the kit if package testing would report a failure
// at a line of the kit, not at one of the user's test.
func (tb *recordingTB) reported() {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for more := true; more; {
		var f runtime.Frame
		if f, more = frames.Next(); tb.helpers[f.Function] {
			continue
		}
		if strings.HasPrefix(f.Function, "github.com/inngestkit/inngestkit/inngesttest.") {
			tb.TB.Errorf("the failure is reported at %s:%d, as %s is no helper", f.File, f.Line, f.Function)
		}
		return
	}
}

func (tb *recordingTB) Logf(string, ...any) {}
func (tb *recordingTB) Errorf(format string, args ...any) {
	tb.reported()
	tb.write(fmt.Sprintf(format, args...), true)
}
func (tb *recordingTB) Fatalf(format string, args ...any) {
	tb.reported()
	tb.write(fmt.Sprintf(format, args...), true)
	runtime.Goexit()
}

func (tb *recordingTB) Fatal(args ...any) {
	tb.reported()
	tb.write(fmt.Sprint(args...), true)
	runtime.Goexit()
}

func (tb *recordingTB) Skipf(string, ...any) {
	tb.reported()
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

// place is a place in a test's code, as messages have it.
var place = regexp.MustCompile(`inngesttest/(\w+_test\.go):(\d+)`)

// golden compares text to a golden file of the test's name. The lines that it
// names have the letter N in place of their numbers, which change with what is
// written above them; the code there follows the text.
func golden(t *testing.T, text string) {
	t.Helper()
	name := strings.NewReplacer("/", "-", " ", "_").Replace(strings.TrimPrefix(t.Name(), "Test"))
	file := filepath.Join("testdata", name+".golden")
	code := codeAt(t, text)
	text = place.ReplaceAllString(text, "inngesttest/$1:N")
	if code != "" {
		text += "--\n" + code
	}
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

// codeAt returns the lines of code that a text names, in its order.
func codeAt(t *testing.T, text string) string {
	t.Helper()
	var code strings.Builder
	for _, named := range place.FindAllStringSubmatch(text, -1) {
		source, err := os.ReadFile(named[1])
		if err != nil {
			t.Fatal(err)
		}
		line, err := strconv.Atoi(named[2])
		lines := strings.Split(string(source), "\n")
		if err != nil || line < 1 || line > len(lines) {
			t.Fatalf("%s has no such line", named[0])
		}
		code.WriteString(named[1] + ":N " + strings.TrimSpace(lines[line-1]) + "\n")
	}
	return code.String()
}
