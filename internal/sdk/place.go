package sdk

import (
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Place is where a function takes a step. The SDK leaves a function by a panic,
// so a step in a goroutine that the function started ends the process, and a
// step in another step's code makes that run again. Neither can be seen from an
// answer, so the stack is read.
type Place int

// Places.
const (
	InFunction  Place = iota // in the function's goroutine
	InBranch                 // in a branch of group.Parallel
	InStep                   // in another step's code
	InGoroutine              // in a goroutine unknown to the SDK
)

// String names the place.
func (p Place) String() string {
	return [...]string{"function", "branch", "step", "goroutine"}[p]
}

// Prefixes of the names of the SDK's stack frames.
const (
	stepFrames  = Module + "/step."
	groupFrames = Module + "/group."
)

// userFrame is the frame below the user's handler of a call.
const userFrame = "github.com/inngestkit/inngestkit/internal/sdk.Run.enter"

// frameKind is the kind of a stack frame.
type frameKind int

const (
	frameOther frameKind = iota
	frameUser            // below the user's handler
	frameStep            // of the SDK's steps
	frameGroup           // of group.Parallel
	frameSDK             // of the SDK's other packages
	framePanic           // of a panic that unwinds the frames below it
	frameEnd             // of the runtime, below every goroutine
)

// kinds caches the kinds of program counters: a program has few of them.
var kinds sync.Map

func kindAt(pc uintptr) frameKind {
	if known, ok := kinds.Load(pc); ok {
		return known.(frameKind) //nolint:forcetypeassert // stored below
	}
	kind := frameOther
	switch name := runtime.FuncForPC(pc - 1).Name(); {
	case name == userFrame:
		kind = frameUser
	case name == "runtime.goexit":
		kind = frameEnd
	case strings.HasPrefix(name, stepFrames):
		kind = frameStep
	case strings.HasPrefix(name, groupFrames):
		kind = frameGroup
	case strings.HasPrefix(name, Module):
		kind = frameSDK
	case name == "runtime.gopanic":
		kind = framePanic
	}
	kinds.Store(pc, kind)
	return kind
}

// Footing remembers addresses on the stack of a function's goroutine. After
// the stack grows, the addresses are stale. A false match is possible but too
// rare to pay for.
type Footing struct {
	seen [4]atomic.Uintptr
	next atomic.Uint32
}

// Place returns where the step that the function has come to is taken. Call it
// from Call.StepMet. Reading the stack takes microseconds; while fresh is
// true, a frame at an address seen before is taken for the function's again. It
// is true only until a step's code runs, a step is misplaced or the function
// returns.
func (f *Footing) Place(fresh bool) Place {
	var here byte
	at := uintptr(unsafe.Pointer(&here)) //nolint:gosec // it is compared, and points to nothing
	if fresh && f.knows(at) {
		return InFunction
	}
	place := readStack()
	if place == InFunction {
		f.add(at)
	}
	return place
}

func (f *Footing) knows(at uintptr) bool {
	for i := range f.seen {
		if f.seen[i].Load() == at {
			return true
		}
	}
	return false
}

func (f *Footing) add(at uintptr) {
	f.seen[f.next.Add(1)%uint32(len(f.seen))].Store(at)
}

// readStack finds where a step is being taken from the frames below it.
func readStack() Place {
	var (
		pcs       [16]uintptr
		steps     int // runs of frames of the SDK's steps
		last      frameKind
		unwinding bool // the SDK's frames here were left by its panic
	)
	for skip := 3; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs[:])
		for _, pc := range pcs[:n] {
			switch kind := kindAt(pc); kind {
			case frameUser:
				return within(steps, InFunction)
			case frameEnd: // the frame before it began the goroutine
			case framePanic:
				unwinding = true
			case frameStep, frameSDK:
				if kind == frameStep && last != frameStep && !unwinding {
					steps++
				}
				last = kind
			default:
				unwinding, last = false, kind
			}
		}
		if n < len(pcs) {
			break
		}
	}
	if last == frameGroup {
		return within(steps, InBranch)
	}
	return InGoroutine
}

func within(steps int, outer Place) Place {
	if steps > 1 {
		return InStep
	}
	return outer
}

// lookingStep returns the name of the SDK's step that is looking for a run. It
// is empty for step.Run, and for the steps that use it.
func lookingStep() string {
	var pcs [16]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	found := ""
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		name, ok := strings.CutPrefix(f.Function, stepFrames)
		name, _, _ = strings.Cut(name, "[")
		switch {
		case ok && name == "Run":
			return ""
		case ok:
			found = name
		case found != "":
			return found
		}
	}
	return found
}
