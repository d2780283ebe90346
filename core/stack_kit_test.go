package inngestkit_test

import (
	"runtime"
	"runtime/debug"
	"sync"
	"testing"
	"unsafe"
)

// quietly keeps goroutines on one thread and their stacks in place, so that
// stack addresses say the same from one call to the next. It is for tests that
// are not parallel.
func quietly(t *testing.T) {
	t.Helper()
	procs, percent := runtime.GOMAXPROCS(1), debug.SetGCPercent(-1)
	t.Cleanup(func() { runtime.GOMAXPROCS(procs); debug.SetGCPercent(percent) })
}

// stackAddress returns an address on the stack, at a fixed distance below the
// caller's frame.
//
//go:noinline
func stackAddress() uintptr {
	var here byte
	return uintptr(unsafe.Pointer(&here))
}

// descend calls f so that its frame lies a number of bytes below its place in
// descend(0, f), and reports whether it can.
func descend(bytes uintptr, f func()) bool {
	narrowFrame, wideFrame := frames()
	for wides := range bytes/wideFrame + 1 {
		if rest := bytes - wides*wideFrame; rest%narrowFrame == 0 {
			wide(wides, func() { narrow(rest/narrowFrame, f) })
			return true
		}
	}
	return false
}

// frames returns the sizes of the frames of narrow and wide, which differ by a
// few words.
var frames = sync.OnceValues(func() (narrowFrame, wideFrame uintptr) {
	at := func(down func(uintptr, func()), n uintptr) (address uintptr) {
		down(n, func() { address = stackAddress() })
		return address
	}
	at(wide, 100) // the stack is large enough from here on
	return at(narrow, 0) - at(narrow, 1), at(wide, 0) - at(wide, 1)
})

// anywhere is an address that stand takes for every address.
const anywhere = ^uintptr(0)

// stand notes the address of its frame, and calls f if that is the one wanted.
//
//go:noinline
func stand(at *uintptr, wanted uintptr, f func()) {
	*at = stackAddress()
	if *at == wanted || wanted == anywhere {
		f()
	}
}

// grow makes the goroutine's stack larger than a number of bytes, which may
// move it.
func grow(bytes uintptr) {
	_, wideFrame := frames()
	wide(bytes/wideFrame, func() {})
}

//go:noinline
func narrow(n uintptr, f func()) {
	if n == 0 {
		f()
		return
	}
	narrow(n-1, f)
}

//go:noinline
func wide(n uintptr, f func()) {
	var room [3]uintptr
	fill(&room)
	if n == 0 {
		f()
		return
	}
	wide(n-1, f)
}

//go:noinline
func fill(room *[3]uintptr) { room[0] = 1 }
