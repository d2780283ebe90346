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

// recordingTB is a testing.TB for tests that must fail. It records the failures.
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

// Helper notes that its caller is a helper.
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

// reported fails the test of this package if package testing would report a failure
// at a line of this package, and not at one of the user's test.
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

// record runs a test and returns the messages of its failure, or nothing if it
// passes.
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

// end runs the functions that were given to Cleanup.
func (tb *recordingTB) end() {
	for _, f := range slices.Backward(tb.cleanups) {
		f()
	}
}

// place matches a place in a test's code, as messages name it.
var place = regexp.MustCompile(`inngesttest/(\w+_test\.go):(\d+)`)

// golden compares a text with the golden file of the test's name. In the golden file,
// the letter N replaces line numbers, because they change with the code above. The
// lines of code that the text names follow it, in its order.
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
