package call

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/inngestkit/inngestkit/internal/sdk"
	"github.com/inngestkit/inngestkit/internal/seam"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// Call is one call of a function.
type Call struct {
	fn   *Function
	body body
	raw  []byte // the whole body
	meta meta
	// target is the hashed id of the step to run, or empty.
	target           string
	requestID, jobID string
	input            received
	logger           *slog.Logger

	ctx       context.Context // ends with the request, and says why
	interrupt context.CancelCauseFunc
	observer  seam.Observer // a test's; it has no functions outside of one
	repeats   bool          // a test has made the call already

	// The SDK's steps write these while the function runs.
	live    atomic.Bool               // replay is over
	met     atomic.Int64              // steps that the function has come to
	started atomic.Int64              // steps whose own code has begun
	ended   atomic.Bool               // code has returned, a step's or the function's
	retryAt atomic.Pointer[time.Time] // of the last error that names one
	footing sdk.Footing
	sent    sentEvents

	misused  atomic.Pointer[misuse] // the first
	returned atomic.Bool            // the function is over
	replay   *replay
	report   report // of the goroutine that runs the function
}

// meta is the part of a call's ctx object that is read here.
type meta struct {
	RunID   string `json:"run_id"`
	Attempt int    `json:"attempt"`
	UseAPI  bool   `json:"use_api"`
	// Planned is set while a run has parallel steps: each step is then planned
	// before it is run.
	Planned bool           `json:"disable_immediate_execution"`
	Stack   wire.CallStack `json:"stack"`
}

// From returns the call that a context belongs to, or nil outside functions.
func From(ctx context.Context) *Call {
	c, _ := sdk.CallOf(ctx).(*Call)
	return c
}

// Logger returns the call's logger.
func (c *Call) Logger() *slog.Logger { return c.logger }

// FunctionID returns the function's own id.
func (c *Call) FunctionID() string { return c.fn.Opts.ID }

// RunID returns the run's id.
func (c *Call) RunID() string { return c.meta.RunID }

// Serve runs the call, or waits for the one that it duplicates.
func (c *Call) Serve(r *http.Request) Answer {
	return c.fn.app.flights.once(r.Context(), c, func() Answer {
		if refusal := c.hydrate(r.Context()); refusal != nil {
			return *refusal
		}
		if again, ok := c.stored(); ok {
			return again
		}
		if refusal := c.receive(); refusal != nil {
			return *refusal
		}
		return c.settle(c.run(r))
	})
}

// Causes of a call's end before its function's.
var (
	errCallerGone      = errors.New("the caller went away before the function returned")
	errCallTimeout     = errors.New("the function exceeded its call timeout")
	errRequestDeadline = errors.New("the request's context reached its deadline, which the server or middleware such as a timeout handler had set, before the function returned")
)

// context returns a context with the request's values, deadline and end. It
// ends for a cause of this package, so that its end can be told from the SDK's
// interruptions.
func (c *Call) context(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(parent))
	c.interrupt = cancel
	leave := func() { cancel(fmt.Errorf("%w: %w", endOf(parent), context.Cause(parent))) }
	stop := context.AfterFunc(parent, leave)
	if parent.Err() != nil {
		leave() // AfterFunc calls it a moment later
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
	return sdk.WithCall(ctx, c), func() {
		for _, f := range release {
			f()
		}
	}
}

// endOf returns how a request's context ended.
func endOf(request context.Context) error {
	if errors.Is(request.Err(), context.DeadlineExceeded) {
		return errRequestDeadline
	}
	return errCallerGone
}

func (c *Call) timeout() time.Duration {
	if c.fn.Timeout > 0 {
		return c.fn.Timeout
	}
	return c.fn.app.Settings.CallTimeout
}

// body is where a call's parts lie in its bytes; nothing is copied.
type body struct {
	event  json.RawMessage
	events []json.RawMessage
	steps  map[string]json.RawMessage // results of finished steps, by hashed id
	ctx    json.RawMessage
	useAPI bool
}
