package call

import (
	"context"
	"errors"
	"runtime/debug"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/sdk"
)

// host is the handler that the SDK runs. It runs the user's and corrects the
// SDK's mistakes.
func (f *Function) host(ctx context.Context, in inngestgo.Input[sdk.Data]) (any, error) {
	c := From(ctx)
	state, err := sdk.Restore(ctx, c.body.steps)
	if c.report.err = err; err != nil {
		return nil, err
	}
	c.report.replay = c.newReplay(state)
	c.replay = c.report.replay
	defer c.reportUnmet(state)
	if f.app.Settings.TransformsInput() {
		v, err := c.transformed(in)
		if c.report.err = err; v.skip || err != nil {
			return nil, err
		}
	}
	out, err := c.runUser(sdk.Watch(ctx, c), in.InputCtx)
	if errors.Is(err, step.ErrEventNotReceived) || errors.Is(err, step.ErrSignalNotReceived) {
		err = inngestgo.NoRetryError(err) // a stored timeout is the same at each retry
	}
	c.report.err = err
	if ctx.Err() != nil && c.ctx.Err() == nil || err != nil && c.swallowed() {
		// The SDK had interrupted the run, and user code recovered from
		// that. Interrupt it again, so that the step is still reported.
		c.report.ending = resumed
		sdk.Interrupt()
	}
	return out, err
}

// reportUnmet reports to a test the finished steps that the call did not come
// to.
func (c *Call) reportUnmet(state sdk.State) {
	if c.observer.Unmet == nil || state == nil {
		return
	}
	var unmet []string
	for id := range c.body.steps {
		if !state.ReplayedStep(id) {
			unmet = append(unmet, id)
		}
	}
	c.observer.Unmet(unmet)
}

// swallowed reports whether the function, which has returned, must have
// recovered from an interruption where the SDK does not end its context: in a
// branch of group.Parallel, or at a step that the call is not for. It then came
// to more steps than had finished. With checkpoints the number says nothing.
func (c *Call) swallowed() bool {
	met := int(c.met.Load())
	if c.ended.Load() {
		met--
	}
	return met > len(c.body.steps) && !c.fn.checkpoints()
}

// runUser calls the handler. A panic goes on to the SDK's middleware; the
// report keeps its value for the answer.
func (c *Call) runUser(ctx context.Context, in inngestgo.InputCtx) (out any, err error) {
	defer func() {
		c.returned.Store(true)
		v := recover()
		switch {
		case v == nil:
			c.report.ending = returned
			return
		case sdk.IsInterruption(v):
			c.report.ending = interrupted
		default:
			c.report.ending = crashed
			c.report.panic = &panicked{value: v, stack: debug.Stack()}
		}
		panic(v)
	}()
	return c.fn.Shell.Run(ctx, c.input.event, c.input.batch, in)
}
