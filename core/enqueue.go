package inngestkit

import (
	"context"
	"errors"
	"fmt"

	"github.com/inngestkit/inngestkit/core/internal/call"
)

// Errors of [Enqueue] that say where it was called.
var (
	// ErrNoScope means that the context belongs to no request that the
	// adapter's Middleware has seen.
	ErrNoScope = errors.New("inngestkit: there is no request scope in this context; install the adapter's Middleware and pass the request's context, or send with Send")
	// ErrScopeEnded means that the request is over, or its answer has begun:
	// events enqueued now would not be sent.
	ErrScopeEnded = errors.New("inngestkit: the request's answer has begun, so nothing more can be enqueued; enqueue before writing, or send with Send")
)

// FlushError is the failure to send the events that a request enqueued. The
// request is answered 503, or 500 if Inngest refused them or there is no event
// key.
type FlushError struct {
	// Err is the sender's error.
	Err error
}

// Error says that sending enqueued events failed, and why.
func (e *FlushError) Error() string {
	return "inngestkit: enqueued events were not sent: " + e.Err.Error()
}

// Unwrap returns the sender's error.
func (e *FlushError) Unwrap() error { return e.Err }

// Enqueue collects events, which are sent in one batch when the request's
// handler has succeeded, before the first byte of its answer leaves. It returns
// the ids that they will have, so that the answer can name them: an event's own
// ([WithID]), one derived from the request's idempotency key, or a new one. They are
// validated now: the errors are those of Send for an invalid event, ErrNoScope
// and ErrScopeEnded. If the handler fails, with a status of 400 or above, an
// error or a panic, they are dropped, and the log says so; if they cannot be
// sent, an error is the answer in place of the handler's: 503, or 500 if Inngest
// refuses them or there is no event key, which no repetition would change.
//
// It is for request handlers. In a function, write the durable form.
func Enqueue(ctx context.Context, events ...Event) ([]string, error) {
	if call.From(ctx) != nil {
		return nil, fmt.Errorf("%w, and a function has no answer to wait for; write %s", ErrOutsideStep, durableForm(events))
	}
	queue, ok := senderFrom(ctx).(interface {
		Enqueue(events ...Event) ([]string, error)
	})
	if !ok {
		return nil, ErrNoScope
	}
	return queue.Enqueue(events...)
}

// DefaultIdempotencyHeader is the header that holds a request's idempotency
// key.
const DefaultIdempotencyHeader = "Idempotency-Key"

// IdempotencyPolicy says how event ids are derived from a request's idempotency
// key, so that a client's retry of the request starts the work once. Give it to
// WithIdempotencyKey of the adapter's Middleware. The id is a hash of app,
// method, path, caller, key, the event's name and its index among the request's
// events of that name; an event with its own id keeps it.
//
// By default the body is not part of it: the same key with another body
// starts nothing new. The log says so where this process has seen both.
type IdempotencyPolicy struct {
	// Header holds the key. Defaults to [DefaultIdempotencyHeader]. A request
	// without it derives no ids.
	Header string
	// Body makes the first 1 MiB of the body part of the key. Defaults to
	// false.
	Body bool
}
