package inngestkit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/inngestkit/inngestkit/internal/seam"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// call is one call of a function on its way through the webhook.
type call struct {
	fn   *function
	body callBody
	meta callMeta
	// target is the hashed id of the step that the call is for, or empty.
	target           string
	requestID, jobID string
	input            received
	logger           *slog.Logger

	ctx       context.Context // ends with the request, and says why
	interrupt context.CancelCauseFunc
	live      atomic.Bool  // replay is over
	met       atomic.Int64 // steps that the function has come to
	footing   footing      // where its goroutine's stack stood at them
	executed  atomic.Int64 // those whose own code has begun
	finished  atomic.Bool  // and has ended, at least once
	sent      sentEvents
	replay    *replay
	observer  seam.Observer // a test's; it has no functions outside of one
	repeats   bool          // a call that a test has made already

	misused  atomic.Pointer[misuse] // the first
	returned atomic.Bool            // the function is over
	left     bool                   // by an interruption
	resumed  bool                   // an interruption that user code had swallowed was raised again
	ended    error                  // why ctx had ended when the SDK answered, if it had
	panicked *panicked
	failed   error
}

// callMeta is what the webhook reads of a call's ctx object.
type callMeta struct {
	RunID   string `json:"run_id"`
	Attempt int    `json:"attempt"`
	UseAPI  bool   `json:"use_api"`
	// Planned is set while a run has parallel steps: each step is then planned
	// before it is run.
	Planned bool           `json:"disable_immediate_execution"`
	Stack   wire.CallStack `json:"stack"`
}

// panicked is a panic of user code.
type panicked struct {
	value any
	stack []byte
}

type callKey struct{}

// callFrom is the call that a context belongs to, or nil outside functions.
func callFrom(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// functionContext is the context that user code runs in. It answers for the
// call, and puts the app's sender where the SDK's own steps look for one.
type functionContext struct {
	context.Context
	call *call
}

func (c functionContext) Value(key any) any {
	switch key {
	case callKey{}:
		return c.call
	case senderKey:
		return sdkSender{c.call.send}
	case middlewareKey:
		c.call.executed.Add(1)
	case stepKey:
		c.call.meet()
	}
	return c.Context.Value(key)
}

// meet is called when the function comes to a step, before the SDK has looked
// whether it has finished.
func (c *call) meet() {
	if c.observer.Step != nil {
		c.observer.Step()
	}
	if guards := c.fn.app.settings.guards(); guards || c.replay.suspects() {
		where := c.standing()
		if guards {
			c.guard(where)
		}
		if where == placeBranch {
			c.replay.leave()
		}
	}
	c.met.Add(1)
	c.replay.advance()
}

// Causes of a call's end before its function's.
var (
	errCallerGone      = errors.New("the caller went away before the function returned")
	errCallTimeout     = errors.New("the function exceeded its call timeout")
	errRequestDeadline = errors.New("the request's context reached its deadline, which the server or middleware such as a timeout handler had set, before the function returned")
)

// context keeps the request's values, deadline and end, but ends for a cause
// of its own, so that it can be told from the SDK's interruptions.
func (c *call) context(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(parent))
	c.interrupt = cancel
	leave := func() { cancel(fmt.Errorf("%w: %w", endOf(parent), context.Cause(parent))) }
	stop := context.AfterFunc(parent, leave)
	if parent.Err() != nil {
		leave() // AfterFunc gets to it only in a while
	}
	release := []func(){func() { stop() }, func() { cancel(nil) }}
	if d, ok := parent.Deadline(); ok {
		var done context.CancelFunc
		ctx, done = context.WithDeadlineCause(ctx, d, errRequestDeadline)
		release = append(release, done)
	}
	if limit := c.timeout(); limit > 0 {
		var done context.CancelFunc
		ctx, done = context.WithTimeoutCause(ctx, limit, errCallTimeout)
		release = append(release, done)
	}
	return context.WithValue(ctx, callKey{}, c), func() {
		for _, f := range release {
			f()
		}
	}
}

// endOf says how a request's context ended.
func endOf(request context.Context) error {
	if errors.Is(request.Err(), context.DeadlineExceeded) {
		return errRequestDeadline
	}
	return errCallerGone
}

func (c *call) timeout() time.Duration {
	if c.fn.spec.timeout > 0 {
		return c.fn.spec.timeout
	}
	return c.fn.app.settings.CallTimeout
}
