package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// invokeOpts are the options of an invocation.
type invokeOpts struct {
	function   string
	data, user json.RawMessage
	timeout    time.Duration // zero for none
	until      time.Time     // instead of timeout
}

// decodeInvoke reads an invocation's options (SDK specification 5.3.4).
func decodeInvoke(o *op) (*invokeOpts, error) {
	var opts struct {
		FunctionID string `json:"function_id"`
		Timeout    string `json:"timeout"`
		Payload    struct {
			Data json.RawMessage `json:"data"`
			User json.RawMessage `json:"user"`
		} `json:"payload"`
	}
	if err := json.Unmarshal(o.Opts, &opts); err != nil {
		return nil, fmt.Errorf("the options of invocation %q cannot be read: %w", o.label(), err)
	}
	in := &invokeOpts{function: opts.FunctionID}
	var err error
	if in.data, err = object("the payload's data", opts.Payload.Data); err != nil {
		return nil, fmt.Errorf("invocation %q: %w", o.label(), err)
	}
	if !isNull(opts.Payload.User) {
		in.user = opts.Payload.User
	}
	if opts.Timeout == "" {
		return in, nil
	}
	if in.timeout, in.until, err = parseDeadline(opts.Timeout); err != nil {
		return nil, fmt.Errorf("the timeout of invocation %q: %w", o.label(), err)
	}
	return in, nil
}

// beginInvoke starts a run of the invoked function.
func (e *Engine) beginInvoke(p *pending, opts *invokeOpts) {
	fn := e.registry.functions[opts.function]
	if fn == nil {
		e.resolve(p, memoError(stepError("Error",
			fmt.Sprintf("could not find function with ID: %s", opts.function))))
		return
	}
	ev, err := e.invocation("", opts.data, opts.user, map[string]string{
		"fn_id": fn.id, "correlation_id": p.correlation(), "source_fn_id": p.run.fn.uuid,
	})
	if err != nil {
		e.resolve(p, memoError(stepError("InvalidPayload", err.Error())))
		return
	}
	until := opts.until
	if opts.timeout > 0 {
		until = e.clock.Now().Add(opts.timeout)
	}
	if !until.IsZero() {
		p.timer = e.queue.push(until, invokeTimeout{p})
	}
	p.step().waitsFor = &Awaits{Function: fn.id, Until: until}
	ev.invoker = p
	if _, err := e.trigger(fn, ev); err != nil && !errors.Is(err, errSingleton) {
		// If a singleton skips the run, the step waits until its timeout, as on
		// the official server.
		e.resolve(p, memoError(stepError("Error", err.Error())))
	}
}

// invocation makes and remembers the event of an invocation. It makes an id if id
// is empty.
func (e *Engine) invocation(id string, data, user json.RawMessage, meta map[string]string) (*event, error) {
	data, err := withMetadata(data, meta)
	if err != nil {
		return nil, err
	}
	ev := e.newEvent(wire.Event{ID: id, Name: wire.EventFunctionInvoked, Data: data, User: user})
	e.remember(ev)
	return ev, nil
}

// withMetadata adds Inngest's metadata for an invoked function to its data.
func withMetadata(data json.RawMessage, meta map[string]string) (json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, err
	}
	fields["_inngest"], _ = json.Marshal(meta) // strings always marshal
	return json.Marshal(fields)
}

// correlation returns the id that connects an invoked run with its invoking step.
func (p *pending) correlation() string { return p.run.id + "." + p.id }

// invokeTimeout ends the wait for an invoked run. The run continues.
type invokeTimeout struct{ step *pending }

func (t invokeTimeout) due(e *Engine) {
	e.resolve(t.step, memoError(stepError("InngestInvokeTimeoutError",
		"Timed out waiting for invoked function to complete")))
}

// reply finishes the steps that invoked a run: several if their events were
// batched.
func (e *Engine) reply(r *run) {
	for _, ev := range r.events {
		if ev.invoker != nil {
			e.resolve(ev.invoker, r.result())
		}
	}
}

// result returns the memo of the step that invoked the run.
func (r *run) result() json.RawMessage {
	switch {
	case r.status == StatusCompleted:
		return data(r.output)
	case r.err != nil:
		return memoError(&wire.StepError{Name: r.err.Name, Message: r.err.Message, Stack: r.err.Stack})
	}
	return memoError(stepError("FunctionCancelled", "the invoked function was cancelled"))
}
