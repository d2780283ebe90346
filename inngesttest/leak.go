package inngesttest

import (
	"bufio"
	"bytes"
	"fmt"
	"reflect"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync/atomic"
	"time"
)

// leakLabel is the profiler label of the goroutines that run an Env's functions. The
// goroutines that they start inherit it.
const leakLabel = "inngesttest"

var envs, open atomic.Int64

// alone spares a test that runs alone the look at all goroutines: if there are no
// more than before, the functions have left none behind.
type alone struct {
	only   bool // there is no other Env
	before int  // number of goroutines before the test
}

func (e *Env) enter() {
	e.id = envs.Add(1)
	e.alone = alone{open.Add(1) == 1, runtime.NumGoroutine()}
}

func (e *Env) leave() { open.Add(-1) }

// none reports whether the functions certainly have left no goroutine behind.
func (e *Env) none() bool {
	return e.alone.only && envs.Load() == e.id && runtime.NumGoroutine() <= e.alone.before
}

// label returns the value of leakLabel for this Env.
func (e *Env) label() string { return fmt.Sprint(e.id) }

// leakPatience is the time that a goroutine may take to end.
const leakPatience = 500 * time.Millisecond

// checkGoroutines looks for goroutines that functions have left behind. A bubble of
// testing/synctest does so too, but does not name the rule that they break.
func (e *Env) checkGoroutines() {
	e.t.Helper()
	if !e.checks(CheckGoroutines) || len(e.began) == 0 || e.clock == nil {
		return
	}
	if e.none() {
		return
	}
	var left []string
	for wait := time.Microsecond; wait < leakPatience; wait *= 4 {
		if left = e.goroutines(); len(left) == 0 {
			return
		}
		timer := time.NewTimer(wait)
		<-timer.C
	}
	for _, where := range left {
		e.problemf("a function left a goroutine behind, at %s\n\tWait for it before the step or function that started it returns: the process may end after the call.", where)
	}
}

// goroutines returns the places of the goroutines with this Env's label.
func (e *Env) goroutines() []string {
	var profile bytes.Buffer
	if pprof.Lookup("goroutine").WriteTo(&profile, 1) != nil {
		return nil
	}
	label := fmt.Sprintf("%q:%q", leakLabel, e.label())
	var found []string
	for block := range strings.SplitSeq(profile.String(), "\n\n") {
		if strings.Contains(block, label) {
			if where := userFrame(block); where != "" {
				found = append(found, where)
			}
		}
	}
	return found
}

// userFrame returns the innermost frame of a goroutine that is in user code. It
// returns nothing for a goroutine that the standard library started: a connection
// pool outlives the call that opened it.
func userFrame(block string) (where string) {
	std := false
	for lines := bufio.NewScanner(strings.NewReader(block)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		// "#  0x46eb2c  main.leak.func1+0x4c  /path/main.go:12"
		if len(fields) < 4 || fields[0] != "#" {
			continue
		}
		root := fields[len(fields)-1]
		if std = inGoRoot(fields[2], root); where == "" && !std && !ours(fields[2]) {
			where = root
		}
	}
	if where == "" || std {
		return ""
	}
	i := strings.LastIndexByte(where, ':')
	return shortPath(where[:i]) + where[i:]
}

// goRoot is the folder of the standard library's sources, or empty if the binary was
// built with -trimpath.
var goRoot = func() string {
	fields := reflect.ValueOf(strings.Fields).Pointer()
	file, _ := runtime.FuncForPC(fields).FileLine(fields)
	return strings.TrimSuffix(file, "strings/strings.go")
}()

// inGoRoot reports whether a function is in the standard library. Without paths, it
// goes by the package: in the standard library, the first folder has no dot.
func inGoRoot(function, file string) bool {
	if goRoot != "" {
		return strings.HasPrefix(file, goRoot)
	}
	folder, _, nested := strings.Cut(function, "/")
	return !strings.HasPrefix(function, "main.") && (!nested || !strings.Contains(folder, "."))
}
