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

// longestWay bounds the frames between a test and the kit that a place names.
const longestWay = 16

// caller is the place that called the exported function.
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

// sites are the places by the stacks that led to them.
var sites = struct {
	mu    sync.RWMutex
	known map[sdk.Stack]*site
}{known: map[sdk.Stack]*site{}}

// here is the place in user code from which a step is being taken.
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

// locate finds the caller of the innermost step, and that of the one around
// it, if there is one, in a stack that is given as a whole or not.
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
		case found.way != nil, inGoRoot(f.Function, f.File), ours(f.Function), loop != "" && loop != f.Function:
		default:
			way = append(way, frame{f.Function, site{file: f.File, line: f.Line}})
			loop = loopOf(f.Function)
		}
	}
	if found != nil && found.way == nil && whole {
		found.way = way // of a goroutine
	}
	return found
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
	for f := range sdk.Frames(1) {
		if f.Function != "" && !inGoRoot(f.Function, f.File) && !ours(f.Function) {
			return &site{file: f.File, line: f.Line}
		}
	}
	return nil
}

// panicSite is the place in user code of the panic that is being recovered
// from.
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
