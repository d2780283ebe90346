package call

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/inngestkit/inngestkit/internal/sdk"
	"github.com/inngestkit/inngestkit/internal/seam"
)

// outcome is how a call ended, once the SDK has answered.
type outcome struct {
	report

	answer  Answer  // the SDK's
	misuse  *misuse // the first, or nil
	cut     error   // why the call's context had ended by then, or nil
	started bool    // a step's own code began
}

// report is how the function ended, from the goroutine that ran it. The zero
// report is that of a function that never ran, or has not ended.
type report struct {
	ending ending
	err    error     // the function's own
	panic  *panicked // of the function or of SDK middleware
	replay *replay
}

// ending is how a function ended.
type ending int

const (
	running     ending = iota
	returned           // with or without an error
	interrupted        // the SDK left it
	resumed            // it had recovered from an interruption, which was raised again
	crashed            // it panicked
)

// panicked is a panic of user code.
type panicked struct {
	value any
	stack []byte
}

// run hands the call to the function's own SDK client.
func (c *Call) run(r *http.Request) outcome {
	sdk.CompleteErrors(c.body.steps)
	ctx, cancel := c.context(r.Context())
	defer cancel()
	c.ctx, c.observer = ctx, seam.ObserverOf(r.Context())
	if c.repeats = seam.Replay(r.Context()); c.repeats {
		c.logger = slog.New(slog.DiscardHandler)
	}
	o := c.serve(ctx)
	o.cut = context.Cause(ctx)
	o.misuse = c.misused.Load()
	o.started = c.started.Load() > 0
	return o
}

// request is the call for the SDK: with the real events only if SDK middleware
// may change them.
func (c *Call) request() *sdk.Request {
	req := &sdk.Request{
		FunctionID: c.fn.ID, Target: c.target, RequestID: c.requestID, JobID: c.jobID,
		Steps: c.body.steps, Ctx: c.body.ctx,
	}
	if c.fn.app.Settings.TransformsInput() {
		req.Event, req.Events = c.body.event, c.body.events
	}
	return req
}

// serve runs the call in its own goroutine: user code that leaves it by
// runtime.Goexit must not take the server's along.
func (c *Call) serve(ctx context.Context) outcome {
	none := Answer{Status: http.StatusInternalServerError, Header: http.Header{}, Body: []byte("{}")}
	done := make(chan outcome, 1)
	go func() {
		a, left := none, true
		defer func() {
			switch v := recover(); {
			case v != nil: // of SDK middleware; a function's panic stops in the SDK
				c.report.panic = &panicked{value: v, stack: debug.Stack()}
			case left:
				c.misused.CompareAndSwap(nil, functionLeft)
			}
			done <- outcome{report: c.report, answer: a}
		}()
		rec := &sdk.Recorder{}
		c.request().ServeTo(ctx, rec, c.fn.handler)
		a, left = Answer{Status: cmp.Or(rec.Status, http.StatusOK), Header: rec.Header(), Body: rec.Body.Bytes()}, false
	}()
	select {
	case o := <-done:
		return o
	case <-ctx.Done():
	}
	if c.misused.Load() != stepInGoroutine {
		return <-done
	}
	abandon := time.NewTimer(abandonAfter)
	defer abandon.Stop()
	select {
	case o := <-done:
		return o
	case <-abandon.C:
		return outcome{answer: none}
	}
}

// abandonAfter is how long a function may take to return once the context of a
// call has ended because of a step in a goroutine: it may wait for a result
// from that goroutine, which has exited.
const abandonAfter = 100 * time.Millisecond
