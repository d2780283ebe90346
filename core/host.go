package inngestkit

import (
	"context"
	"encoding/json"
	"runtime/debug"

	"github.com/inngest/inngestgo"
)

// host is the handler that the SDK is given. It runs the user's in its place
// and sees to what the SDK would get wrong.
func (f *function) host(ctx context.Context, in inngestgo.Input[hostData]) (any, error) {
	c := callFrom(ctx)
	state := restore(ctx, c.body.steps)
	c.replay = c.newReplay(state)
	defer c.tellUnmet(state)
	if f.app.transformsInput() {
		v, err := f.transformed(c, in)
		if c.failed = err; v.skip || err != nil {
			return nil, err
		}
	}
	out, err := f.runUser(functionContext{ctx, c}, c, in.InputCtx)
	c.failed = err
	if ctx.Err() != nil && c.ctx.Err() == nil || err != nil && c.swallowed() {
		// The SDK had interrupted the run, and user code recovered from
		// that. Interrupt it again, so that the step is still reported.
		c.resumed = true
		panic(interruption)
	}
	return out, err
}

// tellUnmet tells a test which finished steps the call did not come to.
func (c *call) tellUnmet(state stepState) {
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

// swallowed holds when the function, which has returned, must have recovered
// from an interruption where the SDK does not end its context, in a branch of
// group.Parallel or at a step that the call is not for: it came to more steps
// than had finished. With checkpoints that says nothing.
func (c *call) swallowed() bool {
	met := int(c.met.Load())
	if c.finished.Load() {
		met--
	}
	return met > len(c.body.steps) && !c.fn.checkpoints()
}

// checkpoints holds for a function that may run several steps in one call.
func (f *function) checkpoints() bool {
	return f.spec.opts.Checkpoint != nil || f.app.settings.Checkpoint != nil
}

// runUser calls the handler. A panic goes on to the SDK's middleware; what
// it was is noted for the answer.
func (f *function) runUser(ctx context.Context, c *call, in inngestgo.InputCtx) (out any, err error) {
	defer func() {
		c.returned.Store(true)
		v := recover()
		if v == nil {
			return
		}
		if c.left = v == interruption; !c.left {
			c.panicked = &panicked{value: v, stack: debug.Stack()}
		}
		panic(v)
	}()
	return f.spec.shell.run(ctx, c.input.event, c.input.batch, in)
}

// transformed takes the events as SDK middleware has left them, and judges
// those.
func (f *function) transformed(c *call, in inngestgo.Input[hostData]) (verdict, error) {
	event, err := json.Marshal(in.Event)
	if err != nil {
		return verdict{}, err
	}
	batch := make([]json.RawMessage, len(in.Events))
	for i := range in.Events {
		if batch[i], err = json.Marshal(in.Events[i]); err != nil {
			return verdict{}, err
		}
	}
	c.input = f.receive(event, batch)
	v := f.judge(c, c.input)
	if v.reject != nil {
		return v, inngestgo.NoRetryError(v.reject)
	}
	return v, nil
}

// hostData is event data that the SDK carries unread.
type hostData struct{ raw json.RawMessage }

// UnmarshalJSON keeps the bytes.
func (d *hostData) UnmarshalJSON(b []byte) error {
	d.raw = append(d.raw[:0], b...)
	return nil
}

// MarshalJSON gives them back.
func (d hostData) MarshalJSON() ([]byte, error) {
	if d.raw == nil {
		return []byte("null"), nil
	}
	return d.raw, nil
}
