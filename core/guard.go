package inngestkit

import (
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

// The guard looks, whenever a function takes a step, at the goroutine that
// takes it. The SDK leaves a function by a panic, so a step in a goroutine
// that the function started ends the process, and a step in another step's
// code makes that run again. Neither can be seen from an answer.

// place is where a step is taken.
type place int

const (
	placeFunction  place = iota // in the function's goroutine
	placeBranch                 // in a branch of group.Parallel
	placeStep                   // in another step's code
	placeGoroutine              // in a goroutine that the SDK knows nothing of
)

// Names by which stack frames are known. misuse_test.go holds them to the SDK.
const (
	framesOfSteps = "github.com/inngest/inngestgo/step."
	framesOfGroup = "github.com/inngest/inngestgo/group."
)

// hostFrame is the frame that the user's handler of a call stands on.
var hostFrame = runtime.FuncForPC(reflect.ValueOf((*function).host).Pointer()).Name()

// frame is what a stack frame says about where a step is taken.
type frame int

const (
	frameOther frame = iota
	frameHost        // the user's handler stands on it
	frameStep        // of the SDK's steps
	frameGroup       // of group.Parallel
	frameEnd         // of the runtime, under every goroutine
)

// frames remembers what is found out about program counters: a program has few
// of them.
var frames sync.Map

func frameAt(pc uintptr) frame {
	if known, ok := frames.Load(pc); ok {
		return known.(frame) //nolint:forcetypeassert // stored below
	}
	f := frameOther
	switch name := runtime.FuncForPC(pc - 1).Name(); {
	case name == hostFrame:
		f = frameHost
	case name == "runtime.goexit":
		f = frameEnd
	case strings.HasPrefix(name, framesOfSteps):
		f = frameStep
	case strings.HasPrefix(name, framesOfGroup):
		f = frameGroup
	}
	frames.Store(pc, f)
	return f
}

// standing is where the function takes the step that it has come to. Reading
// the stack takes microseconds; before any step's code has run, a frame at an
// address that was seen before is the function's again.
func (c *call) standing() place {
	var here byte
	at := uintptr(unsafe.Pointer(&here)) //nolint:gosec // it is compared, and points to nothing
	if c.executed.Load() == 0 && c.misused.Load() == nil && !c.returned.Load() && c.footing.knows(at) {
		return placeFunction
	}
	where := readStack()
	if where == placeFunction {
		c.footing.add(at)
	}
	return where
}

// footing remembers addresses on the stack of the function's goroutine. When
// that stack is moved they are nobody's; that another goroutine's is then put
// there, with a step at the very address, is not worth microseconds.
type footing struct {
	seen [4]atomic.Uintptr
	next atomic.Uint32
}

func (f *footing) knows(at uintptr) bool {
	for i := range f.seen {
		if f.seen[i].Load() == at {
			return true
		}
	}
	return false
}

func (f *footing) add(at uintptr) {
	f.seen[f.next.Add(1)%uint32(len(f.seen))].Store(at)
}

// readStack finds where a step is being taken from the frames under it.
func readStack() place {
	var (
		pcs   [16]uintptr
		steps int // runs of frames of the SDK's steps
		last  frame
	)
	for skip := 3; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs[:])
		for _, pc := range pcs[:n] {
			switch f := frameAt(pc); f {
			case frameHost:
				return within(steps, placeFunction)
			case frameEnd: // what stood before it began the goroutine
			default:
				if f == frameStep && last != frameStep {
					steps++
				}
				last = f
			}
		}
		if n < len(pcs) {
			break
		}
	}
	if last == frameGroup {
		return within(steps, placeBranch)
	}
	return placeGoroutine
}

func within(steps int, outer place) place {
	if steps > 1 {
		return placeStep
	}
	return outer
}

// guard stops a step that is taken in the wrong place, and every step after
// it: the function works with results that it does not have.
func (c *call) guard(where place) {
	switch {
	case where == placeGoroutine && c.returned.Load():
		c.logger.Error("inngestkit: " + stepAfterReturn.message)
		runtime.Goexit()
	case where == placeGoroutine:
		c.misuse(stepInGoroutine)
		runtime.Goexit() // a panic would end the process
	case where == placeStep:
		c.misuse(nestedStep)
		panic(interruption)
	case c.misused.Load() != nil:
		panic(interruption)
	}
}
