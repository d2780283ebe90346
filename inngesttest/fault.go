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

// FaultKind is something that goes wrong between Inngest and an app.
type FaultKind int

var faultNames = [...]string{"", "DuplicateDelivery", "LostResponse", "OmittedState", "EndedContext", "RefusedSends"}

// String is the kind's name.
func (k FaultKind) String() string {
	if k <= 0 || int(k) >= len(faultNames) {
		return fmt.Sprintf("FaultKind(%d)", int(k))
	}
	return faultNames[k]
}

// The faults.
const (
	// DuplicateDelivery delivers a call twice, one after the other, as a queue
	// does that promises at least one delivery.
	DuplicateDelivery FaultKind = iota + 1
	// LostResponse loses the answer on the way back: the work was done, and
	// Inngest does not know.
	LostResponse
	// OmittedState leaves events and steps out of the calls, so that the app has to
	// fetch them, as with states above 4 MB.
	OmittedState
	// EndedContext lets a call's context have ended when its function takes its
	// first step, as when a deadline of the platform passes. A server that
	// Server started does not hear of it.
	EndedContext
	// RefusedSends lets the event API refuse what the app sends, with status
	// 503 unless With says otherwise. In narrows it to what a function sends.
	RefusedSends
)

// Fault is a fault that an Env injects.
type Fault struct {
	env      *Env
	site     *site
	kind     FaultKind
	function string
	step     string
	times    int // that are left; -1 without end
	status   int
	happened bool
	optional bool
}

// Inject makes something go wrong, once, unless Times says otherwise. OmittedState
// holds for all calls. A fault that never happens fails the test.
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

// In narrows the fault to a function, by its own id or its full one.
func (f *Fault) In(function string) *Fault { return f.change(func() { f.function = function }) }

// AtStep narrows the fault to the call that runs the step with this id. OmittedState and
// RefusedSends happen to no single step.
func (f *Fault) AtStep(step string) *Fault {
	f.env.t.Helper()
	if f.kind == OmittedState || f.kind == RefusedSends {
		f.env.t.Fatalf("inngesttest: %s: AtStep(%q): %s happens to no single step; narrow it to a function, with In", f, step, f.kind)
	}
	return f.change(func() { f.step = step })
}

// Times lets the fault happen n times; each time, if n is negative.
func (f *Fault) Times(n int) *Fault { return f.change(func() { f.times = n }) }

// Status sets the status of RefusedSends, of 400 or more.
func (f *Fault) Status(status int) *Fault {
	f.env.t.Helper()
	if f.kind != RefusedSends || status < http.StatusBadRequest {
		f.env.t.Fatalf("inngesttest: %s: Status(%d): it sets the status, of 400 or more, that RefusedSends refuses with", f, status)
	}
	return f.change(func() { f.status = status })
}

// Optional lets the fault go without happening.
func (f *Fault) Optional() *Fault { return f.change(func() { f.optional = true }) }

func (f *Fault) change(set func()) *Fault {
	f.env.mu.Lock()
	defer f.env.mu.Unlock()
	set()
	return f
}

// hasFault reports whether a run's calls are to meet a fault. The caller holds
// the lock.
func (e *Env) hasFault(kind FaultKind, run *Run) bool {
	for _, f := range e.faults {
		if f.kind == kind && f.times != 0 && run != nil && f.in(run.function) {
			f.happened = true
			return true
		}
	}
	return false
}

// take uses the fault up once. The caller holds the lock.
func (f *Fault) take() {
	f.times--
	f.happened = true
}

func (f *Fault) in(function string) bool {
	return f.function == "" || f.env.means(f.function, function)
}

// takeFault uses up a fault that is due for a call.
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

// useStep finds out which step a call is for.
func (e *Env) useStep(d *delivery) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if s, ok := d.run.steps[d.ctx.StepID]; ok {
		d.step = &s
	}
}

// deliverCall delivers a call, and whatever goes wrong with it.
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

// ended serves calls whose context has ended.
func ended(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancelCause(r.Context())
		cancel(errEnded)
		handler.ServeHTTP(w, r.WithContext(ctx))
	})
}

var errEnded = errors.New("inngesttest: the call's context was ended by a test")

// refusal is how the event API answers a sender that meets a fault.
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
			return &engine.RequestError{Status: f.status, Message: "refused by a test"}
		}
	}
	return nil
}
