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

// leakLabel is the profiler label of goroutines that run an Env's functions.
// Those that they start inherit it.
const leakLabel = "inngesttest"

var envs, open atomic.Int64

// alone says whether goroutines could only have been started by this Env's
// functions, and how many there were before. It spares a test that runs by
// itself the look at all of them.
type alone struct {
	only   bool
	before int
}

func (e *Env) enter() {
	e.id = envs.Add(1)
	e.alone = alone{open.Add(1) == 1, runtime.NumGoroutine()}
}

func (e *Env) leave() { open.Add(-1) }

// none holds when nothing can have been left behind.
func (e *Env) none() bool {
	return e.alone.only && envs.Load() == e.id && runtime.NumGoroutine() <= e.alone.before
}

// label tells this Env's goroutines from those of others.
func (e *Env) label() string { return fmt.Sprint(e.id) }

// leakPatience is how long a goroutine that is about to end may take to do so.
const leakPatience = 500 * time.Millisecond

// checkGoroutines looks for goroutines that functions started and left behind.
// A bubble does so too, but does not say that this is a rule of functions.
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
		e.problemf("a function left a goroutine behind, which is at %s\n\tWait for it before the step or function that started it returns: a call may be the last thing its process does.", where)
	}
}

// goroutines lists where those with this Env's label are.
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

// userFrame is the innermost frame of a goroutine that is in user code, or empty
// if the goroutine was started by the standard library: a pool of connections
// outlives the call that opened it.
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

// goRoot is the folder that the standard library was compiled from; empty when
// paths were trimmed.
var goRoot = func() string {
	fields := reflect.ValueOf(strings.Fields).Pointer()
	file, _ := runtime.FuncForPC(fields).FileLine(fields)
	return strings.TrimSuffix(file, "strings/strings.go")
}()

// inGoRoot tells by the name where paths do not: a package of the standard
// library has no dot in its first folder.
func inGoRoot(function, file string) bool {
	if goRoot != "" {
		return strings.HasPrefix(file, goRoot)
	}
	folder, _, nested := strings.Cut(function, "/")
	return !strings.HasPrefix(function, "main.") && (!nested || !strings.Contains(folder, "."))
}
