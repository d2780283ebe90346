package engine

import (
	"encoding/json"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Hooks let a test kit take part in what an engine does. Nil functions change
// nothing. All are called with the engine's lock held, so they must neither
// block nor call the engine.
type Hooks struct {
	// Run is told of each run that begins.
	Run func(runID, functionID string)
	// Call may change what a call of a function is sent with: whether steps
	// are planned before they run, and whether the app must fetch the state.
	Call func(functionID string, ctx *wire.CallContext)
	// Mock may answer a step in the app's place: one that was planned and is
	// about to run, or one of another kind that is about to begin. What it
	// returns is called without the lock; nil leaves the step alone.
	Mock func(StepCall) func() StepAnswer
	// Stop ends a run as cancelled, once a step has finished, or before one
	// that is not run begins.
	Stop func(StepCall) bool
	// Order arranges n steps that were reported together: it returns the
	// indexes 0 to n-1 in the order to begin them in.
	Order func(n int) []int
}

// StepCall is a step that a run is about to take, or has taken.
type StepCall struct {
	RunID, FunctionID string // the latter composite
	ID                string // hashed
	Name              string // as its author named it
	Index             int    // among the steps of that name
	Op                string
	Opts              json.RawMessage
	Attempt           int // counted from zero
	// Result is what a finished step left.
	Result json.RawMessage
}

// StepAnswer is what a step comes to without the app.
type StepAnswer struct {
	// Data is the result; of a sleep or a wait, all that is memoised.
	Data json.RawMessage
	// Err, if set, is what the step failed with.
	Err     *wire.StepError
	NoRetry bool
	RetryAt time.Time // zero leaves it to the backoff
}

// stepCall describes a pending step.
func (p *pending) stepCall(attempt int) StepCall {
	return StepCall{
		RunID: p.run.id, FunctionID: p.run.fn.id, ID: p.id,
		Name: p.name, Index: p.index, Op: p.op, Opts: p.opts, Attempt: attempt,
	}
}

// describe remembers how the app described a step.
func (p *pending) describe(o *op) {
	p.name, p.opts = o.label(), o.Opts
	if o.Userland != nil {
		p.name, p.index = o.Userland.ID, o.Userland.Index
	}
}

// mocked asks for an answer to a planned step that is about to run.
func (e *Engine) mocked(c *call) func() answer {
	if e.cfg.Hooks.Mock == nil || c.target == nil {
		return nil
	}
	if c.mock != nil {
		return c.mock
	}
	step := c.target.stepCall(c.attempt)
	if step.Op != wire.OpStepPlanned {
		return nil
	}
	mock := e.cfg.Hooks.Mock(step)
	if mock == nil {
		return nil
	}
	return func() answer { return mock().ran(step) }
}

// beginMocked begins a step of another kind that has a mock.
func (e *Engine) beginMocked(p *pending) bool {
	if e.cfg.Hooks.Mock == nil || p.op == wire.OpStepPlanned || !begins(p.op) {
		return false
	}
	step := p.stepCall(0)
	mock := e.cfg.Hooks.Mock(step)
	if mock == nil {
		return false
	}
	e.queue.push(e.clock.Now(), &call{run: p.run, target: p, mock: func() answer {
		return answer{memo: mock().memo(step)}
	}})
	return true
}

// begins holds for the ops of steps that an answer does not finish.
func begins(op string) bool {
	switch op {
	case wire.OpStep, wire.OpStepRun, wire.OpStepError, wire.OpStepFailed, wire.OpRunComplete:
		return false
	}
	return true
}

// ran is the answer of an app that has run the step.
func (a StepAnswer) ran(step StepCall) answer {
	o := op{Op: wire.Op{ID: step.ID, Op: wire.OpStepRun, Name: step.Name, Data: a.Data}}
	o.Userland = &wire.Userland{ID: step.Name, Index: step.Index}
	out := answer{noRetry: a.NoRetry}
	if a.Err != nil {
		o.Op.Op, o.Data, o.Error = wire.OpStepError, nil, a.Err
		if !a.RetryAt.IsZero() {
			out.retryAfter = &retryAfter{at: a.RetryAt}
		}
	}
	out.ops = []op{o}
	return out
}

// memo is what a step of the kind leaves.
func (a StepAnswer) memo(step StepCall) json.RawMessage {
	switch {
	case a.Err != nil:
		return memoError(a.Err)
	case len(a.Data) == 0:
		return json.RawMessage("null")
	case step.Op == wire.OpWaitForEvent, step.Op == wire.OpWaitForSignal, step.Op == wire.OpSleep:
		return a.Data
	}
	return data(a.Data)
}

// stopped ends the run of a step if a hook wants that.
func (e *Engine) stopped(p *pending, result json.RawMessage) bool {
	if e.cfg.Hooks.Stop == nil {
		return false
	}
	step := p.stepCall(0)
	step.Result = result
	if !e.cfg.Hooks.Stop(step) {
		return false
	}
	e.abort(p.run)
	return true
}

// arrange puts steps that were reported together into the order to begin
// them in.
func (e *Engine) arrange(fresh []freshOp) []freshOp {
	if e.cfg.Hooks.Order == nil || len(fresh) < 2 {
		return fresh
	}
	out := make([]freshOp, 0, len(fresh))
	for _, i := range e.cfg.Hooks.Order(len(fresh)) {
		out = append(out, fresh[i])
	}
	return out
}
