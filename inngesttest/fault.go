package inngesttest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/seam"
)

// FaultKind is a kind of fault between Inngest and an app: see [Env.Inject].
type FaultKind int

var faultNames = [...]string{"", "DuplicateDelivery", "LostResponse", "OmittedState", "EndedContext", "RefusedSends"}

// String returns the kind's name.
func (k FaultKind) String() string {
	if k <= 0 || int(k) >= len(faultNames) {
		return fmt.Sprintf("FaultKind(%d)", int(k))
	}
	return faultNames[k]
}

// The faults.
const (
	// DuplicateDelivery delivers a call twice, one after the other. A queue that
	// promises delivery at least once does so at times.
	DuplicateDelivery FaultKind = iota + 1
	// LostResponse loses the app's response to a call. The app has done the work,
	// and Inngest makes the call again.
	LostResponse
	// OmittedState leaves the events and steps out of the calls, so that the app
	// fetches them from Inngest's API. Inngest does so if a run has more than about
	// 4 MB of state. It affects all calls, without [Fault.Times].
	OmittedState
	// EndedContext ends the context of a call before its function takes a step, as
	// a deadline of the platform does. It has no effect with [Env.StartServer].
	EndedContext
	// RefusedSends makes the event API refuse the events that the app sends, with
	// status 503 or that of [Fault.Status]. With [Fault.In], it refuses only the
	// events that a function sends.
	RefusedSends
)

// Fault is a fault that an [Env] injects. Create one with [Env.Inject].
type Fault struct {
	env      *Env
	site     *site
	kind     FaultKind
	function string
	step     string
	times    int // left; -1 without limit
	status   int
	happened bool
	optional bool
}

// Inject makes a fault happen once, from now on. [Fault.Times] makes it happen more
// often, and [Fault.In] and [Fault.AtStep] say where. A fault that never happens
// fails the test at its end, unless it is [Fault.Optional].
func (e *Env) Inject(kind FaultKind) *Fault {
	e.t.Helper()
	e.needsVirtualTime("Inject")
	if kind <= 0 || int(kind) >= len(faultNames) {
		e.t.Fatalf("inngesttest: Inject(%d): there is no such fault; write one of %s", int(kind), strings.Join(faultNames[1:], ", "))
	}
	f := &Fault{env: e, site: caller(), kind: kind, times: 1, status: http.StatusServiceUnavailable}
	if kind == OmittedState {
		f.times = -1
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults = append(e.faults, f)
	return f
}

// In limits the fault to one function, by the function's own id or its full one.
func (f *Fault) In(function string) *Fault { return f.change(func() { f.function = function }) }

// AtStep limits the fault to the calls that run the step with an id. It fails the
// test for OmittedState and RefusedSends, which do not happen at a step.
func (f *Fault) AtStep(step string) *Fault {
	f.env.t.Helper()
	if f.kind == OmittedState || f.kind == RefusedSends {
		f.env.t.Fatalf("inngesttest: %s: AtStep(%q): %s does not happen at a step; limit it to a function, with In", f, step, f.kind)
	}
	return f.change(func() { f.step = step })
}

// Times makes the fault happen n times, or always if n is negative. Defaults to
// once.
func (f *Fault) Times(n int) *Fault { return f.change(func() { f.times = n }) }

// Status sets the HTTP status of RefusedSends. It must be 400 or more. Defaults to
// 503.
func (f *Fault) Status(status int) *Fault {
	f.env.t.Helper()
	if f.kind != RefusedSends || status < http.StatusBadRequest {
		f.env.t.Fatalf("inngesttest: %s: Status(%d): it sets the status of RefusedSends, which must be 400 or more", f, status)
	}
	return f.change(func() { f.status = status })
}

// Optional makes it no failure if the fault never happens.
func (f *Fault) Optional() *Fault { return f.change(func() { f.optional = true }) }

func (f *Fault) change(set func()) *Fault {
	f.env.mu.Lock()
	defer f.env.mu.Unlock()
	set()
	return f
}

// hasFault reports whether a fault affects the calls of a run. The caller holds the
// lock.
func (e *Env) hasFault(kind FaultKind, run *Run) bool {
	for _, f := range e.faults {
		if f.kind == kind && f.times != 0 && run != nil && f.in(run.function) {
			f.happened = true
			return true
		}
	}
	return false
}

// take counts the fault as happened once. The caller holds the lock.
func (f *Fault) take() {
	f.times--
	f.happened = true
}

func (f *Fault) in(function string) bool {
	return f.function == "" || f.env.means(f.function, function)
}

// takeFault returns the kind of a fault that happens to a call, or 0, and counts it.
func (e *Env) takeFault(d *delivery, kinds ...FaultKind) FaultKind {
	e.mu.Lock()
	defer e.mu.Unlock()
	step := ""
	if d.step != nil {
		step = d.step.Name
	}
	for _, kind := range kinds {
		for _, f := range e.faults {
			if f.kind == kind && f.times != 0 && f.in(d.function) && (f.step == "" || f.step == step) {
				f.take()
				return kind
			}
		}
	}
	return 0
}

// useStep notes which step a call runs, if it runs one.
func (e *Env) useStep(d *delivery) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if s, ok := d.run.steps[d.ctx.StepID]; ok {
		d.step = &s
	}
}

// deliverCall delivers a call with the fault that happens to it, if any.
func (e *Env) deliverCall(r *http.Request, d *delivery, body []byte) (*http.Response, error) {
	fault := e.takeFault(d, DuplicateDelivery, LostResponse, EndedContext)
	d.endContext = fault == EndedContext
	if fault == DuplicateDelivery || fault == LostResponse {
		if res, err := e.send(r, d, body); err == nil {
			_ = res.Body.Close()
		}
	}
	if fault == LostResponse {
		return nil, io.ErrUnexpectedEOF
	}
	return e.send(r, d, body)
}

// ended returns a handler that ends the context of each call before it serves it.
func ended(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancelCause(r.Context())
		cancel(errEnded)
		handler.ServeHTTP(w, r.WithContext(ctx))
	})
}

var errEnded = errors.New("inngesttest: a fault ended the call's context")

// refusal returns the error of the event API for a sender that a fault affects, or
// nil.
func (e *Env) refusal(ctx context.Context) error {
	caller, _ := seam.Use().Caller(ctx)
	e.mu.Lock()
	defer e.mu.Unlock()
	if ctx.Value(ownKey{}) != nil {
		return nil
	}
	for _, f := range e.faults {
		if f.kind == RefusedSends && f.times != 0 && f.in(e.wired.ID+"-"+caller.FunctionID) {
			f.take()
			return &engine.RequestError{Status: f.status, Message: "refused by a fault"}
		}
	}
	return nil
}
