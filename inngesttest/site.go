package inngesttest

import (
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// site is a place in the code at which steps are taken.
type site struct {
	file string
	line int
	// outer is the place of the step in whose code it is, if it is.
	outer *site
	// way is how it was come to: itself, the call of what it is in, and so on
	// up to the function's handler or a branch; nil if it is too long a way.
	way []frame
}

// frame is a line of a function in the user's code.
type frame struct {
	function string
	site
}

// String names the line, and for one of a helper that which led to it.
func (s *site) String() string {
	if s == nil {
		return "an unknown place"
	}
	line := fmt.Sprintf("%s:%d", shortPath(s.file), s.line)
	if from := s.from(); from != nil {
		line += ", called at " + from.String()
	}
	return line
}

// from is the line of the function or the test that has led to a line of a
// helper, or nil.
func (s *site) from() *site {
	last := len(s.way) - 1
	if last <= 0 || strings.HasPrefix(s.way[0].function, s.way[last].function+"-range") {
		return nil
	}
	return &s.way[last].site
}

// caller is the place that called the exported function.
func caller() *site {
	var pcs [16]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	var way []frame
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		way = append(way, frame{f.Function, site{file: f.File, line: f.Line}})
		if isTest(f.Function) {
			return &site{file: way[0].file, line: way[0].line, way: way}
		}
	}
	return &way[0].site
}

// testFunction is the name of a test, or of a function literal in one.
var testFunction = regexp.MustCompile(`\.((Test|Benchmark|Fuzz|Example)[^.]*|func\d+|\d+)$`)

func isTest(function string) bool { return testFunction.MatchString(function) }

// shortPath keeps a file's name and its folder's.
func shortPath(file string) string {
	dir, name := filepath.Split(file)
	return filepath.ToSlash(filepath.Join(filepath.Base(dir), name))
}

func (s *site) same(o *site) bool {
	return s != nil && o != nil && s.file == o.file && s.line == o.line
}

// stack is what places are told apart by before they are looked up.
type stack [24]uintptr

var sites = struct {
	mu    sync.RWMutex
	known map[stack]*site
}{known: map[stack]*site{}}

// here is the place in user code from which a step is being taken.
func here() *site {
	var pcs stack
	n := runtime.Callers(4, pcs[:])
	sites.mu.RLock()
	s, ok := sites.known[pcs]
	sites.mu.RUnlock()
	if ok {
		return s
	}
	s = locate(pcs[:n], n < len(pcs))
	sites.mu.Lock()
	defer sites.mu.Unlock()
	sites.known[pcs] = s
	return s
}

// locate finds the caller of the innermost step, and that of the one around
// it, if there is one, in a stack that is given as a whole or not.
func locate(pcs []uintptr, whole bool) *site {
	var found *site
	var way []frame
	frames := runtime.CallersFrames(pcs)
	inStep, loop := true, ""
	for {
		f, more := frames.Next()
		switch of := isStep(f.Function); {
		case f.Function == "", plumbing(f.Function):
		case of:
			inStep = true
		case inStep && found == nil:
			found, inStep = &site{file: f.File, line: f.Line}, false
			way, loop = append(way, frame{f.Function, *found}), loopOf(f.Function)
		case inStep:
			found.outer = &site{file: f.File, line: f.Line}
			return found
		case runsUser(f.Function):
			found.way = way
		case found.way != nil, inGoRoot(f.Function, f.File), ours(f.Function), loop != "" && loop != f.Function:
		default:
			way = append(way, frame{f.Function, site{file: f.File, line: f.Line}})
			loop = loopOf(f.Function)
		}
		if !more {
			if found != nil && found.way == nil && whole {
				found.way = way // of a goroutine
			}
			return found
		}
	}
}

// loopOf is the function that has the body of a loop over an iterator, which is
// a function too; the iterator may call it in several places. It is empty for
// other functions.
func loopOf(body string) string {
	if i := strings.LastIndex(body, "-range"); i >= 0 && !strings.Contains(body[i:], ".") {
		return body[:i]
	}
	return ""
}

// userSite is the innermost place in user code on the stack.
func userSite() *site {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if f.Function != "" && !inGoRoot(f.Function, f.File) && !ours(f.Function) {
			return &site{file: f.File, line: f.Line}
		}
		if !more {
			return nil
		}
	}
}

// panicSite is the place in user code of the panic that is being recovered
// from.
func panicSite() *site {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	panicking := false
	for {
		f, more := frames.Next()
		panicking = panicking || f.Function == "runtime.gopanic"
		if panicking && !inGoRoot(f.Function, f.File) {
			return &site{file: f.File, line: f.Line}
		}
		if !more {
			return nil
		}
	}
}

func ours(function string) bool {
	for _, prefix := range []string{
		"github.com/inngestkit/inngestkit/inngesttest.", "github.com/inngestkit/inngestkit/core.",
		"github.com/inngestkit/inngestkit/internal/engine.", "github.com/inngest/inngestgo",
	} {
		if strings.HasPrefix(function, prefix) {
			return true
		}
	}
	return false
}

// isStep holds for the frames of step tools: the SDK's, and the core's own.
func isStep(function string) bool {
	return strings.HasPrefix(function, "github.com/inngest/inngestgo/step.") ||
		strings.HasPrefix(function, "github.com/inngestkit/inngestkit/core.EventType[")
}

// plumbing holds for the frames between a step tool and what observes it.
func plumbing(function string) bool {
	for _, prefix := range []string{
		"github.com/inngestkit/inngestkit/core.(*call)", "github.com/inngestkit/inngestkit/core.functionContext",
		"github.com/inngestkit/inngestkit/core.(*functionContext)", "context.", "runtime.",
	} {
		if strings.HasPrefix(function, prefix) {
			return true
		}
	}
	return false
}

// observe notes where a step is taken.
func (t *trace) observe() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.skip--; t.skip >= 0 {
		return
	}
	t.sites = append(t.sites, here())
}

// misorder notes that finished steps came in another order.
func (t *trace) misorder(met, before string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.met, t.before = met, before
}

// taken are the places so far.
func (t *trace) taken() []*site {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clip(t.sites)
}

func (t *trace) last() *site {
	sites := t.taken()
	if len(sites) == 0 {
		return nil
	}
	return sites[len(sites)-1]
}
