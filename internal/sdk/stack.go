package sdk

import (
	"iter"
	"runtime"
	"strings"
)

// Stack holds the innermost frames of a goroutine's stack. Stacks that are
// equal were taken at the same place, by the same way.
type Stack [24]uintptr

// TakeStack returns the stack above skip frames of the caller, 0 for the
// caller itself, and reports whether it is whole.
func TakeStack(skip int) (s Stack, whole bool) {
	n := runtime.Callers(skip+2, s[:])
	return s, n < len(s)
}

// Frames returns the frames of the stack, innermost first.
func (s *Stack) Frames() iter.Seq[runtime.Frame] { return frames(s[:]) }

// Frames returns the frames above skip frames of the caller, 0 for the caller
// itself, innermost first, and at most 128 of them.
func Frames(skip int) iter.Seq[runtime.Frame] {
	pcs := make([]uintptr, 128)
	return frames(pcs[:runtime.Callers(skip+2, pcs)])
}

func frames(pcs []uintptr) iter.Seq[runtime.Frame] {
	return func(yield func(runtime.Frame) bool) {
		for i, pc := range pcs {
			if pc == 0 {
				pcs = pcs[:i]
				break
			}
		}
		if len(pcs) == 0 {
			return
		}
		all := runtime.CallersFrames(pcs)
		for more := true; more; {
			var f runtime.Frame
			if f, more = all.Next(); !yield(f) {
				return
			}
		}
	}
}

// IsStep reports whether a frame's function is one of the SDK's step tools.
func IsStep(function string) bool { return strings.HasPrefix(function, stepFrames) }

// IsGroup reports whether a frame's function is group.Parallel or one of its
// branches.
func IsGroup(function string) bool { return strings.HasPrefix(function, groupFrames) }

// IsOwn reports whether a frame's function is the SDK's.
func IsOwn(function string) bool { return strings.HasPrefix(function, Module) }
