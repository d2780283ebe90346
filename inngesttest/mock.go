package inngesttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/inngest/inngestgo"
	sdkerrors "github.com/inngest/inngestgo/errors"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// Mock answers a step in place of its code. Make one with Env.Step; it counts
// from then on. Of several mocks of one step the first that still answers
// does, and when none does the step runs for real.
type Mock struct {
	env      *Env
	site     *site
	name     string
	index    int // -1 for all
	function string
	times    int // -1 without end
	asked    int
	optional bool
	answer   func(StepInput) (any, error)
	passed   passed
}

// StepInput is what a mock is asked for.
type StepInput struct {
	// Function is the function's own id, and RunID that of its run.
	Function, RunID string
	// Step is the step's id, Index its place among the steps of that id, and
	// Attempt the number of the attempt, both counted from zero.
	Step           string
	Index, Attempt int
	// Event is the event of the run.
	Event inngestgo.Event
	// Options are what the step was planned with, as JSON: the payload of an
	// invocation, the event and expression of a wait, the request of step.Fetch
	// or step.Infer with its headers and key. Of a step that runs code there are
	// none.
	Options json.RawMessage
}

// Step mocks the steps with an id, in all functions, until Returns, Fails or
// Does says how. A mock that is never asked fails the test.
func (e *Env) Step(id string) *Mock {
	e.t.Helper()
	e.needsVirtualTime("Step")
	m := &Mock{env: e, name: id, index: -1, times: -1, site: caller()}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.mocks = append(e.mocks, m)
	return m
}

// In narrows the mock to a function, by its own id or its full one.
func (m *Mock) In(function string) *Mock { return m.change(func() { m.function = function }) }

// AtIndex narrows the mock to the step's n-th use of its id in a run, counted from
// zero, as in a loop.
func (m *Mock) AtIndex(n int) *Mock {
	m.env.t.Helper()
	if n < 0 {
		m.env.t.Fatalf("inngesttest: %s: AtIndex(%d): uses are counted from zero", m, n)
	}
	return m.change(func() { m.index = n })
}

// Times lets the mock answer n times, all runs together. Defaults to always.
func (m *Mock) Times(n int) *Mock {
	m.env.t.Helper()
	if n < 0 {
		m.env.t.Fatalf("inngesttest: %s: Times(%d): leave it out to let the mock answer always", m, n)
	}
	return m.change(func() { m.times = n })
}

// Once is Times(1).
func (m *Mock) Once() *Mock { return m.Times(1) }

// Optional lets the mock go without being asked.
func (m *Mock) Optional() *Mock { return m.change(func() { m.optional = true }) }

// Returns answers with an output, which goes through JSON as a real one does.
// For a wait it is the event, or its data. Several outputs are given one after
// the other, and the last from then on. An error is not an output: see Fails.
func (m *Mock) Returns(output any, more ...any) *Mock {
	m.env.t.Helper()
	outputs := append([]any{output}, more...)
	for _, output := range outputs {
		if err, ok := output.(error); ok {
			m.env.t.Fatalf("inngesttest: %s: Returns was given an error, %q; to let the step fail, write Fails(err)", m, err)
		}
	}
	return m.Does(func(StepInput) (any, error) {
		m.env.mu.Lock()
		defer m.env.mu.Unlock()
		output := outputs[0]
		if len(outputs) > 1 {
			outputs = outputs[1:]
		}
		return output, nil
	})
}

// Fails answers with an error: a step that runs code is tried again, unless it
// is an inngestgo.NoRetryError; an inngestgo.RetryAtError says when. For a
// wait, inngestkit.ErrWaitTimeout (or step.ErrSignalNotReceived) is its
// timeout.
func (m *Mock) Fails(err error) *Mock {
	m.env.t.Helper()
	if err == nil {
		m.env.t.Fatalf("inngesttest: %s: Fails(nil) is no failure; give an error, or write Returns", m)
	}
	return m.Does(func(StepInput) (any, error) { return nil, err })
}

// Does answers with what f returns. It is called in another goroutine than the
// test's, one call at a time: f must not call t.Fatal, nor what waits for the
// functions, such as Env.Send.
func (m *Mock) Does(f func(StepInput) (any, error)) *Mock {
	return m.change(func() { m.answer = f })
}

func (m *Mock) change(f func()) *Mock {
	m.env.mu.Lock()
	defer m.env.mu.Unlock()
	f()
	return m
}

// String is how the mock was written, as far as it says which steps it is for,
// and where.
func (m *Mock) String() string {
	s := fmt.Sprintf("env.Step(%q)", m.name)
	if m.function != "" {
		s += fmt.Sprintf(".In(%q)", m.function)
	}
	if m.index >= 0 {
		s += fmt.Sprintf(".AtIndex(%d)", m.index)
	}
	return s + " at " + m.site.String()
}

// onMock finds the mock of a step.
func (e *Env) onMock(s engine.StepCall) func() engine.StepAnswer {
	e.mu.Lock()
	defer e.mu.Unlock()
	run := e.runs[s.RunID]
	own := e.ownID(s.FunctionID)
	run.saw(s)
	if m := e.mockOf(s, own); m != nil {
		m.asked++
		run.mocked[s.ID] = m
		return func() engine.StepAnswer { return m.ask(s, own) }
	}
	delete(run.mocked, s.ID)
	if s.Op == wire.OpWaitForEvent {
		e.waits = append(e.waits, s)
	}
	if e.cfg.MocksOnly && s.Op == wire.OpStepPlanned {
		return e.unmocked(s, own, "has no mock, and Config.MocksOnly is set", "…")
	}
	if example := exampleOf(s.Op); example != "" {
		return e.unmocked(s, own, "has the server make an HTTP request, and in a test none is made", example)
	}
	return nil
}

// ask turns what the mock says into what the step leaves.
func (m *Mock) ask(s engine.StepCall, own string) engine.StepAnswer {
	in := StepInput{Function: own, RunID: s.RunID, Step: s.Name, Index: s.Index, Attempt: s.Attempt, Options: s.Opts}
	if r, err := m.env.engine.Run(s.RunID); err == nil {
		in.Event = untyped(r.Events[0].Event)
	}
	output, err := m.call(in)
	if err != nil {
		if timesOut(s.Op, err) {
			return engine.StepAnswer{Data: json.RawMessage("null")}
		}
		if why := cannotFail(s.Op); why != "" {
			m.env.problemf("%s: %s", m, why)
		}
		a := engine.StepAnswer{Err: stepError(err), NoRetry: sdkerrors.IsNoRetryError(err)}
		if at := sdkerrors.GetRetryAtTime(err); at != nil {
			a.RetryAt = *at
		}
		return a
	}
	raw, err := m.encode(s, output)
	if err != nil {
		m.env.problemf("%s: its output cannot be the step's: %v", m, err)
		return engine.StepAnswer{Err: stepError(err), NoRetry: true}
	}
	return engine.StepAnswer{Data: raw}
}

// timesOut holds for what a wait returns when it has timed out.
func timesOut(op string, err error) bool {
	return op == wire.OpWaitForEvent && errors.Is(err, step.ErrEventNotReceived) ||
		op == wire.OpWaitForSignal && errors.Is(err, step.ErrSignalNotReceived)
}

// cannotFail says of a step that cannot fail with any error what to write
// instead.
func cannotFail(op string) string {
	switch op {
	case wire.OpSleep:
		return "a sleep does not fail; write Returns(nil)"
	case wire.OpWaitForEvent:
		return "a wait fails of its timeout alone; write Fails(inngestkit.ErrWaitTimeout)"
	case wire.OpWaitForSignal:
		return "a wait fails of its timeout alone; write Fails(step.ErrSignalNotReceived)"
	}
	return ""
}

// encode writes an output as the kind of step wants it.
func (m *Mock) encode(s engine.StepCall, output any) (json.RawMessage, error) {
	switch s.Op {
	case wire.OpSleep:
		return json.RawMessage("null"), nil
	case wire.OpWaitForSignal:
		return json.Marshal(map[string]any{"data": map[string]any{"signal": optionsOf(s.Opts).Signal, "data": output}})
	case wire.OpWaitForEvent:
		ev, ok := output.(inngestkit.Event)
		if !ok {
			ev = inngestgo.GenericEvent[any]{Name: optionsOf(s.Opts).Event, Data: output}
		}
		came, err := asWire(ev)
		if err != nil {
			return nil, err
		}
		if want := optionsOf(s.Opts).Event; came.Name != want {
			return nil, fmt.Errorf("the wait is for %s, and this is %s", want, came.Name)
		}
		if data := string(came.Data); data != "null" && !strings.HasPrefix(data, "{") {
			return nil, fmt.Errorf("a wait comes to an event, or to its data, which is an object and not %s", data)
		}
		return json.Marshal(map[string]any{"name": came.Name, "data": came.Data, "ts": m.env.clock.Now().UnixMilli()})
	case wire.OpGateway:
		return encodeFetched(output)
	}
	return json.Marshal(output)
}

// waitOptions are the options of waits and invocations that matter to the kit.
type waitOptions struct {
	Event    string `json:"event"`
	Signal   string `json:"signal"`
	If       string `json:"if"`
	Function string `json:"function_id"`
}

func optionsOf(raw json.RawMessage) (o waitOptions) {
	_ = json.Unmarshal(raw, &o) // the engine, or the server, has read it before
	return o
}

// stepError is an error as the SDK reports that of a step.
func stepError(err error) *wire.StepError {
	return &wire.StepError{Name: "Step error", Message: err.Error(), Data: json.RawMessage("null")}
}
