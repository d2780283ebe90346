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

// Mock answers a step in place of its code. Create one with [Env.Step]; it takes
// effect at once. If a step has several mocks, the first of them that still answers
// is used. If none does, the step runs for real.
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

// StepInput describes the step that a mock answers: see [Mock.Does].
type StepInput struct {
	// Function is the function's own id.
	Function string
	// RunID is the id of the run.
	RunID string
	// Step is the id of the step.
	Step string
	// Index counts the uses of the step's id in the run, from zero.
	Index int
	// Attempt is the number of the attempt, counted from zero.
	Attempt int
	// Event is the event that started the run. Of a batch it is the first.
	Event inngestgo.Event
	// Options are the options of the step as JSON: the payload of an invocation,
	// the event and expression of a wait, or the request of step.Fetch and
	// step.Infer with all headers and keys. They are nil for a step that runs code.
	Options json.RawMessage
}

// Step returns a mock of the steps with an id, in all functions. Say how it answers
// with [Mock.Returns], [Mock.Fails] or [Mock.Does]. A mock that never answers a
// step fails the test at its end, unless it is [Mock.Optional].
func (e *Env) Step(id string) *Mock {
	e.t.Helper()
	e.needsVirtualTime("Step")
	m := &Mock{env: e, name: id, index: -1, times: -1, site: caller()}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.mocks = append(e.mocks, m)
	return m
}

// In limits the mock to one function, by the function's own id or its full one.
func (m *Mock) In(function string) *Mock { return m.change(func() { m.function = function }) }

// AtIndex limits the mock to one use of the step's id in a run, counted from zero.
// Use it for a step in a loop.
func (m *Mock) AtIndex(n int) *Mock {
	m.env.t.Helper()
	if n < 0 {
		m.env.t.Fatalf("inngesttest: %s: AtIndex(%d): uses are counted from zero", m, n)
	}
	return m.change(func() { m.index = n })
}

// Times makes the mock answer n times, counted over all runs. Without Times it
// always answers.
func (m *Mock) Times(n int) *Mock {
	m.env.t.Helper()
	if n < 0 {
		m.env.t.Fatalf("inngesttest: %s: Times(%d): leave it out to let the mock answer always", m, n)
	}
	return m.change(func() { m.times = n })
}

// Once is Times(1).
func (m *Mock) Once() *Mock { return m.Times(1) }

// Optional makes it no failure if the mock never answers a step.
func (m *Mock) Optional() *Mock { return m.change(func() { m.optional = true }) }

// Returns makes the mock answer with an output. It goes through JSON, as the output
// of a real step does. For a wait, pass the event or its data. If there are several
// outputs, each is used once, and the last from then on. To return an error, use
// [Mock.Fails].
func (m *Mock) Returns(output any, more ...any) *Mock {
	m.env.t.Helper()
	outputs := append([]any{output}, more...)
	for _, output := range outputs {
		if err, ok := output.(error); ok {
			m.env.t.Fatalf("inngesttest: %s: Returns was called with an error, %q; to make the step fail, write Fails(err)", m, err)
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

// Fails makes the mock answer with an error. A step that runs code is then retried
// as in production: never after an inngestgo.NoRetryError, and after an
// inngestgo.RetryAtError at its time. A wait can only time out: pass
// [inngestkit.ErrWaitTimeout], or step.ErrSignalNotReceived for a signal.
func (m *Mock) Fails(err error) *Mock {
	m.env.t.Helper()
	if err == nil {
		m.env.t.Fatalf("inngesttest: %s: Fails(nil) has no error; pass one, or write Returns", m)
	}
	return m.Does(func(StepInput) (any, error) { return nil, err })
}

// Does makes the mock answer with the output or the error that f returns. The Env
// makes one call of f at a time, in a goroutine other than the test's. So f must
// not call t.Fatal, or a method that waits for the functions, such as [Env.Send].
func (m *Mock) Does(f func(StepInput) (any, error)) *Mock {
	return m.change(func() { m.answer = f })
}

func (m *Mock) change(f func()) *Mock {
	m.env.mu.Lock()
	defer m.env.mu.Unlock()
	f()
	return m
}

// String returns the mock as Go code, without its answer, and the place of that
// code.
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

// onMock is the engine's hook that finds the mock of a step.
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
		return e.unmocked(s, own, "makes the server send an HTTP request, and the embedded engine sends none", example)
	}
	return nil
}

// ask returns the mock's answer to a step in the engine's form.
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
		m.env.problemf("%s: its output does not fit the step: %v", m, err)
		return engine.StepAnswer{Err: stepError(err), NoRetry: true}
	}
	return engine.StepAnswer{Data: raw}
}

// timesOut reports whether a wait with an op code returns err when it times out.
func timesOut(op string, err error) bool {
	return op == wire.OpWaitForEvent && errors.Is(err, step.ErrEventNotReceived) ||
		op == wire.OpWaitForSignal && errors.Is(err, step.ErrSignalNotReceived)
}

// cannotFail returns the answer to write for a step that cannot fail with any
// error. For other steps it returns nothing.
func cannotFail(op string) string {
	switch op {
	case wire.OpSleep:
		return "a sleep does not fail; write Returns(nil)"
	case wire.OpWaitForEvent:
		return "a wait fails only if it times out; write Fails(inngestkit.ErrWaitTimeout)"
	case wire.OpWaitForSignal:
		return "a wait fails only if it times out; write Fails(step.ErrSignalNotReceived)"
	}
	return ""
}

// encode encodes an output in the form of the step's kind.
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
			return nil, fmt.Errorf("the wait is for %s, and the event is %s", want, came.Name)
		}
		if data := string(came.Data); data != "null" && !strings.HasPrefix(data, "{") {
			return nil, fmt.Errorf("a wait has an event or its data as output; data is an object, not %s", data)
		}
		return json.Marshal(map[string]any{"name": came.Name, "data": came.Data, "ts": m.env.clock.Now().UnixMilli()})
	case wire.OpGateway:
		return encodeFetched(output)
	}
	return json.Marshal(output)
}

// waitOptions are the options of waits and invocations that this package reads.
type waitOptions struct {
	Event    string `json:"event"`
	Signal   string `json:"signal"`
	If       string `json:"if"`
	Function string `json:"function_id"`
}

func optionsOf(raw json.RawMessage) (o waitOptions) {
	_ = json.Unmarshal(raw, &o) // the engine or the server has read it before
	return o
}

// stepError returns an error in the form in which the SDK reports a step's.
func stepError(err error) *wire.StepError {
	return &wire.StepError{Name: "Step error", Message: err.Error(), Data: json.RawMessage("null")}
}
