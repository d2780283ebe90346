package inngesttest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/seam"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// delivery is a call on its way to the app.
type delivery struct {
	run      *Run
	function string // composite id
	ctx      wire.CallContext
	step     *engine.StepCall // the step that the call runs, or nil
	trace    *trace

	endContext bool
}

// target reports whether the call runs one planned step.
func (d *delivery) target() bool { return d.ctx.StepID != wire.StepAny }

// isLast reports whether a call that failed as a whole is not retried.
func isLast(call wire.CallContext, res *http.Response) bool {
	most := call.MaxAttempts
	return most != nil && call.Attempt+1 >= *most || res.Header.Get(wire.HeaderNoRetry) == "true"
}

// onCall is the engine's hook for a call that is about to be sent.
func (e *Env) onCall(function string, ctx *wire.CallContext) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.planFirst() {
		ctx.DisableImmediateExecution = true
	}
	run := e.runs[ctx.RunID]
	if e.hasFault(OmittedState, run) {
		ctx.UseAPI = true
	}
	e.calls[ctx.QueueItemRef] = &delivery{run: run, function: function, ctx: *ctx}
}

// planFirst reports whether steps must be planned before they run, because a mock or
// a fault may concern them.
func (e *Env) planFirst() bool {
	return len(e.mocks) > 0 || len(e.faults) > 0 || e.cfg.MocksOnly || e.stop != nil
}

// webhook carries calls from the engine to the app.
type webhook struct{ env *Env }

func (w webhook) RoundTrip(r *http.Request) (*http.Response, error) {
	e := w.env
	id := r.Header.Get(wire.HeaderRequestID)
	e.mu.Lock()
	d := e.calls[id]
	e.mu.Unlock()
	if d == nil {
		return nil, fmt.Errorf("inngesttest: %s %s is not a call", r.Method, r.URL.Path)
	}
	defer func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.calls, id)
	}()
	body, err := readAll(r.Body, r.ContentLength)
	if err != nil {
		return nil, err
	}
	e.useStep(d)
	res, err := e.deliverCall(r, d, body)
	if err != nil {
		return nil, err
	}
	answer, err := takeBody(res)
	if err != nil {
		return nil, err
	}
	if e.inspect(r, d, body, res, answer); d.run.trail.broken {
		stop(res)
	}
	return res, nil
}

// stop makes a response the run's last. A function that takes its steps in another
// order each time may otherwise run forever.
func stop(res *http.Response) {
	res.Header.Set(wire.HeaderNoRetry, "true")
	if res.StatusCode >= http.StatusBadRequest {
		return
	}
	raw, _ := json.Marshal(wire.CallError{Name: "StoppedByTest", Message: "the function breaks a rule of durable functions; see above"})
	res.StatusCode, res.Body = http.StatusInternalServerError, io.NopCloser(bytes.NewReader(raw))
}

// takeBody reads the body of a response and leaves it readable.
func takeBody(res *http.Response) ([]byte, error) {
	raw, err := readAll(res.Body, res.ContentLength)
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(raw))
	return raw, err
}

// readAll reads all of r. The length is the expected one, or negative if unknown.
func readAll(r io.Reader, length int64) ([]byte, error) {
	buf := bytes.NewBuffer(make([]byte, 0, max(length, 0)+bytes.MinRead))
	_, err := buf.ReadFrom(r)
	return buf.Bytes(), err
}

// send sends one request to the app and observes the function's steps.
func (e *Env) send(r *http.Request, d *delivery, body []byte) (*http.Response, error) {
	seen := &trace{skip: d.run.trail.known()}
	e.mu.Lock()
	handler, outside, path := e.handler, e.outside, e.path
	d.trace = seen
	e.mu.Unlock()
	if d.endContext {
		handler = ended(handler)
	}
	observer := seam.Observer{Step: seen.observe, Misordered: seen.misorder}
	if len(d.run.stored) > 0 {
		observer.Unmet = d.run.missed
	}
	ctx := seam.WithObserver(r.Context(), observer)
	in := r.Clone(ctx)
	if key := e.wired.SigningKey; key != "" {
		body = signature.Canonical(body)
		in.Header.Set(wire.HeaderSignature, signature.Sign(key, body, time.Now()))
	}
	in.Body, in.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	in.URL.Path = path
	if outside != nil {
		return outside.RoundTrip(in)
	}
	var res *http.Response
	var err error
	pprof.Do(ctx, pprof.Labels(leakLabel, e.label()), func(ctx context.Context) {
		//nolint:bodyclose // the caller closes it
		res, err = engine.InProcess(handler).RoundTrip(in.WithContext(ctx))
	})
	return res, err
}

// inspect runs the checks on a response.
func (e *Env) inspect(r *http.Request, d *delivery, body []byte, res *http.Response, answer []byte) {
	e.explain(d, res, answer)
	switch {
	case res.StatusCode == http.StatusPartialContent && !d.target():
		var ops []wire.Op
		if json.Unmarshal(answer, &ops) != nil {
			return
		}
		e.checkTrace(d, ops)
		e.checkReplay(r, d, body, ops)
	case res.StatusCode == http.StatusOK && !d.target():
		e.checkTrace(d, nil)
		e.checkLast(r, d)
	case res.StatusCode >= http.StatusBadRequest:
		e.checkMisuse(d, answer)
		if !d.target() && isLast(d.ctx, res) {
			e.checkLast(r, d)
		}
	}
}

// callsInFlight lists the calls that the app is serving, and the places of its
// goroutines.
func (e *Env) callsInFlight(at []string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var lines []string
	for _, d := range e.calls {
		line := "\t" + d.run.Function() + " is running"
		if last := d.trace.last(); last != nil {
			line += "; it took its last step at " + last.String()
		}
		lines = append(lines, line)
	}
	for _, where := range slices.Compact(slices.Sorted(slices.Values(at))) {
		lines = append(lines, "\ta goroutine is at "+where)
	}
	return strings.Join(append(lines, e.manyRuns()...), "\n")
}

// manyRuns names the functions that have run so often that they may start
// themselves. The caller holds the lock.
func (e *Env) manyRuns() (lines []string) {
	const many = 50
	counts := map[string]int{}
	for _, run := range e.began {
		counts[run.Function()]++
	}
	for _, function := range slices.Sorted(maps.Keys(counts)) {
		if n := counts[function]; n > many {
			lines = append(lines, fmt.Sprintf("\t%s has run %d times: does an event that it sends, or a function that it invokes, start it again? Give the chain an end, or deliver fewer events: env.Deliver takes names", function, n))
		}
	}
	return lines
}

// trace records the places at which a call took its steps, in order.
type trace struct {
	mu    sync.Mutex
	skip  int // steps to go whose place is not looked up, to save time
	sites []*site
	// met is a step that the function reached too early, and before is the step that
	// had finished first. Both are empty if the order was right.
	met, before string
}
