package inngesttest

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/inngestkit/inngestkit/internal/sdk"
)

// site is a place in the user's code, such as that of a step.
type site struct {
	file string
	line int
	// outer is the place of the outer step, if the site is in the code of a step.
	outer *site
	// way is the way to the site: the site itself, the call of its function, and so
	// on up to the function's handler or a branch. It is nil if the way is too long.
	way []frame
}

// frame is a line of a function in the user's code.
type frame struct {
	function string
	site
}

// String names the line. For a line of a helper, it also names the line that led
// to it.
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

// from returns the line of the function or the test that led to a helper's line, or
// nil.
func (s *site) from() *site {
	last := len(s.way) - 1
	if last <= 0 || inLoopOf(s.way[0].function, s.way[last].function) {
		return nil
	}
	return &s.way[last].site
}

// longestWay is the largest number of frames between a test and a call of the kit.
const longestWay = 16

// caller returns the place that called the exported function of this package.
func caller() *site {
	var way []frame
	for f := range sdk.Frames(2) {
		way = append(way, frame{f.Function, site{file: f.File, line: f.Line}})
		if isTest(f.Function) {
			return &site{file: way[0].file, line: way[0].line, way: way}
		}
		if len(way) == longestWay {
			break
		}
	}
	return &way[0].site
}

// testFunction matches the name of a test, or of a function literal in one.
var testFunction = regexp.MustCompile(`\.((Test|Benchmark|Fuzz|Example)[^.]*|func\d+|\d+)$`)

// isTest reports whether a function is a test, or a function literal.
func isTest(function string) bool { return testFunction.MatchString(function) }

// shortPath returns a path's last folder and file.
func shortPath(file string) string {
	dir, name := filepath.Split(file)
	return filepath.ToSlash(filepath.Join(filepath.Base(dir), name))
}

// same reports whether two sites are on the same line.
func (s *site) same(o *site) bool {
	return s != nil && o != nil && s.file == o.file && s.line == o.line
}

// sites caches places by their stacks.
var sites = struct {
	mu    sync.RWMutex
	known map[sdk.Stack]*site
}{known: map[sdk.Stack]*site{}}

// here returns the place in user code where a step is being taken.
func here() *site {
	stack, whole := sdk.TakeStack(2)
	sites.mu.RLock()
	s, ok := sites.known[stack]
	sites.mu.RUnlock()
	if ok {
		return s
	}
	s = locate(stack, whole)
	sites.mu.Lock()
	defer sites.mu.Unlock()
	sites.known[stack] = s
	return s
}

// locate returns the caller of the innermost step in a stack, with the caller of the
// step around it, if there is one. whole reports whether the stack is complete.
func locate(stack sdk.Stack, whole bool) *site {
	var found *site
	var way []frame
	inStep, loop := true, ""
	for f := range stack.Frames() {
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
		case found.way != nil, inGoRoot(f.Function, f.File), ours(f.Function), loop != "" && !hasLoop(f.Function, loop):
		default:
			way = append(way, frame{f.Function, site{file: f.File, line: f.Line}})
			loop = loopOf(f.Function)
		}
	}
	if found != nil && found.way == nil && whole {
		found.way = way // in a goroutine that the function started
	}
	return found
}

// loopOf returns the name of the function with the loop whose body is given. The
// body of a loop over an iterator is a function, which the iterator may call from
// several places. For other functions, loopOf returns nothing.
func loopOf(body string) string {
	if i := strings.LastIndex(body, "-range"); i >= 0 && !strings.Contains(body[i:], ".") {
		return body[:i]
	}
	return ""
}

// hasLoop reports whether a function is the one that loopOf has named. If a function
// or its iterator is inlined, the name of the loop's body has more parts before it.
func hasLoop(function, loop string) bool {
	_, name, _ := strings.Cut(function[strings.LastIndex(function, "/")+1:], ".")
	return strings.HasSuffix(loop, "."+name)
}

// inLoopOf reports whether body is the body of a loop of a function, or of a loop in
// such a loop.
func inLoopOf(body, function string) bool {
	loop := loopOf(body)
	for outer := loop; outer != ""; outer = loopOf(outer) {
		loop = outer
	}
	return loop != "" && hasLoop(function, loop)
}

// userSite returns the innermost place in user code on the stack, or nil.
func userSite() *site {
	for f := range sdk.Frames(1) {
		if f.Function != "" && !inGoRoot(f.Function, f.File) && !ours(f.Function) {
			return &site{file: f.File, line: f.Line}
		}
	}
	return nil
}

// panicSite returns the place in user code of the panic that is being recovered, or
// nil.
func panicSite() *site {
	panicking := false
	for f := range sdk.Frames(1) {
		panicking = panicking || f.Function == "runtime.gopanic"
		if panicking && !inGoRoot(f.Function, f.File) {
			return &site{file: f.File, line: f.Line}
		}
	}
	return nil
}

// root is the module's path.
const root = "github.com/inngestkit/inngestkit/"

// ours reports whether a frame's function is this module's or the SDK's.
func ours(function string) bool {
	return sdk.IsOwn(function) || begins(function,
		root+"inngesttest.", root+"core.", root+"core/internal/", root+"internal/sdk.", root+"internal/engine.")
}

// isStep reports whether a frame's function is a step tool: one of the SDK's or
// of the core's.
func isStep(function string) bool {
	return sdk.IsStep(function) || begins(function, root+"core.EventType[")
}

// plumbing reports whether a frame lies between a step tool and its observer.
func plumbing(function string) bool {
	return begins(function, root+"core/internal/call.(*Call)", root+"internal/sdk.", "context.", "runtime.")
}

// runsUser reports whether a frame's function calls functions of the app or
// mocks.
func runsUser(function string) bool {
	return sdk.IsGroup(function) || begins(function, root+"core/internal/call.(*Call).runUser", root+"inngesttest.(*Mock).call")
}

func begins(function string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(function, prefix) })
}

// observe notes the place of a step that is being taken.
func (t *trace) observe() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.skip--; t.skip >= 0 {
		return
	}
	t.sites = append(t.sites, here())
}

// misorder notes that the call has reached finished steps in another order.
func (t *trace) misorder(met, before string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.met, t.before = met, before
}

// taken returns the places so far.
func (t *trace) taken() []*site {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clip(t.sites)
}

// last returns the latest place, or nil.
func (t *trace) last() *site {
	sites := t.taken()
	if len(sites) == 0 {
		return nil
	}
	return sites[len(sites)-1]
}
