package inngestkit_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/seam"
)

// The guard remembers the stack addresses at which a function has taken steps,
// and does not read the stack again at one of them. In these tests a misplaced
// step is taken at just such an address, where the guard must read the stack.

// tries bounds how often a test tries to have two steps at one address. An
// early try does it, unless the runtime moves a stack.
const tries = 20

// footing runs a function with step "a" stored, and notes the stack addresses
// at which it comes to steps.
type footing struct {
	*hook

	at []uintptr
}

func (f *footing) call(t *testing.T) *httptest.ResponseRecorder {
	t.Helper()
	f.at = nil
	ctx := seam.WithObserver(t.Context(), seam.Observer{Step: func() { f.at = append(f.at, stackAddress()) }})
	return f.serve(callOf{sign: signingKey, steps: map[string]string{"a": `{"data":"A"}`}}.request(ctx))
}

func TestNestedStepAtTheAddressOfAnother(t *testing.T) {
	quietly(t)
	var below uintptr // how far below its first place the function takes step "a"
	f := &footing{}
	f.hook = guarded(t, func(ctx context.Context, _ input) (any, error) {
		grow(64 << 10)
		if !descend(below, func() { _, _ = step.Run(ctx, "a", done("A")) }) {
			t.Errorf("no frames take %d bytes", below)
		}
		return step.Run(ctx, "outer", func(ctx context.Context) (string, error) { return step.Run(ctx, "inner", done("I")) })
	})
	for range tries {
		w := f.call(t)
		if len(f.at) != 3 {
			t.Fatalf("the function came to %d steps, want 3", len(f.at))
		}
		a, inner := f.at[0], f.at[2]
		if a == inner {
			wantFailure(t, w, http.StatusInternalServerError, "NestedStep", true)
			return
		}
		below += a - inner
	}
	t.Fatal("no try had two steps at one address")
}

// stray takes a step in goroutines, one after the other, until the frame that
// takes it has the wanted address, on a stack that another goroutine has given
// up. It reports whether one did.
func stray(t *testing.T, wanted uintptr, take func()) bool {
	t.Helper()
	rest := make(chan struct{})
	defer close(rest)
	for i := range 200 {
		took := make(chan bool, 1)
		go func() {
			var at, here uintptr
			defer func() {
				if v := recover(); v != nil {
					t.Errorf("the goroutine was left by a panic with %T, which would end the process", v)
				}
				took <- at == wanted
			}()
			grow(32 << 10 >> (i % 6))
			act := func() { stand(&at, here, take) }
			descend(0, act)
			if here = wanted; at > here && at-here < 32<<10 && descend(at-here, act) && at == wanted {
				t.Error("the goroutine went on after its step")
			}
			took <- false
			<-rest // keep the stack, so that the next goroutine has another
		}()
		if <-took {
			return true
		}
	}
	return false
}

// A step in a goroutine ends just that goroutine, whatever was at its address
// before.
func TestStrayStepAtTheAddressOfAnother(t *testing.T) {
	for name, c := range map[string]struct {
		branch, misuse, after bool
		want                  string // in the log
	}{
		"of the function, after a misuse":     {misuse: true, want: "StepInGoroutine"},
		"of the function, after its function": {after: true, want: "after its function had returned"},
		"of a branch":                         {branch: true, want: "StepInGoroutine"},
	} {
		t.Run(name, func(t *testing.T) {
			quietly(t)
			var (
				outer context.Context
				at    uintptr // the frame that takes step "a"
				hit   bool
			)
			take := func() { _, _ = step.Run(outer, "a", done("A")) }
			takeTwice := func(ctx context.Context) (any, error) {
				outer = ctx   //nolint:fatcontext // one step later uses the context of this one
				for range 2 { // the first may move the stack
					narrow(60, func() { stand(&at, anywhere, take) })
				}
				return "done", nil
			}
			h := guarded(t, func(ctx context.Context, _ input) (any, error) {
				if c.branch {
					group.Parallel(ctx, takeTwice)
				} else {
					_, _ = takeTwice(ctx)
					grow(256 << 10) // the stack moves, and its old place is given up
				}
				if c.misuse {
					over := make(chan struct{})
					go func() { defer close(over); take() }()
					<-over
				}
				if !c.after {
					hit = stray(t, at, take)
				}
				return "done", nil
			})
			for i := 0; i < tries && !hit; i++ {
				h.serve(callOf{sign: signingKey, steps: map[string]string{"a": `{"data":"A"}`, "a:1": `{"data":"A"}`}}.request(t.Context()))
				if c.after {
					hit = stray(t, at, take)
				}
			}
			if !hit {
				t.Fatal("no goroutine took its step at the address")
			}
			if !strings.Contains(h.log.String(), c.want) {
				t.Errorf("the log is\n%s", h.log)
			}
		})
	}
}
