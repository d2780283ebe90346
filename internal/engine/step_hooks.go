package engine

import (
	"encoding/json"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// stepCall describes a pending step.
func (p *pending) stepCall(attempt int) StepCall {
	return StepCall{
		RunID: p.run.id, FunctionID: p.run.fn.id, ID: p.id,
		Name: p.name, Index: p.index, Op: p.op, Opts: p.opts, Attempt: attempt,
	}
}

// describe copies the app's description of a step.
func (p *pending) describe(o *op) {
	p.name, p.opts = o.label(), o.Opts
	if o.Userland != nil {
		p.name, p.index = o.Userland.ID, o.Userland.Index
	}
}

// mocked returns the mock of a planned step that is about to run, or nil.
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

// beginMocked begins a step of another kind if it has a mock, and reports whether
// it did.
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

// begins reports whether an op begins a step, which the answer then does not
// finish.
func begins(op string) bool {
	switch op {
	case wire.OpStep, wire.OpStepRun, wire.OpStepError, wire.OpStepFailed, wire.OpRunComplete:
		return false
	}
	return true
}

// ran returns a as the answer of an app that has run the step.
func (a StepAnswer) ran(step StepCall) answer {
	o := op{Op: wire.Op{ID: step.ID, Op: wire.OpStepRun, Name: step.Name, Data: a.Data}}
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

// memo returns a as the memo of the step.
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

// stopped cancels the run of a step if the Stop hook asks for it, and reports
// whether it did.
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

// arrange sorts steps that the app reported together by the Order hook.
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
