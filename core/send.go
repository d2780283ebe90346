package inngestkit

import (
	"context"
	"errors"
	"fmt"

	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/core/internal/call"
	"github.com/inngestkit/inngestkit/core/internal/sending"
)

// Sender sends events. [App.Sender] returns the real one; a test may use its
// own.
type Sender interface {
	// Send sends all events and returns their ids in the order given: the one
	// derived for an event in a step or by an idempotency key, which the
	// functions that it starts see too, or the one that the server made. An
	// event that is invalid or exceeds a limit keeps all of them from being
	// sent. When a later part of a large send fails, the ids of the parts
	// that were accepted come back with the error.
	//
	// Errors are [*validate.Error], [*EventError] or [*SendError], or ctx's own.
	Send(ctx context.Context, events ...Event) ([]string, error)
}

// Errors of [Send] that say where it was called from.
var (
	// ErrNoSender means that the context belongs to neither a request nor a
	// step of an app.
	ErrNoSender = errors.New("inngestkit: there is no sender in this context; install the adapter's Middleware (inngestgin.Middleware(app), inngestecho.Middleware(app) or inngesthttp.Middleware(app)) and pass the request's context, or use app.Sender()")
	// ErrOutsideStep means that a function sends outside of any step, where
	// every replay would send again.
	ErrOutsideStep = errors.New("inngestkit: events that a function sends outside a step would be sent again at each replay")
)

type senderKey struct{}

// WithSender returns a context in which [Send] finds sender. The adapters'
// Middleware calls it for each request.
func WithSender(ctx context.Context, sender Sender) context.Context {
	return context.WithValue(ctx, senderKey{}, sender)
}

// Send sends events by the sender in ctx: the request's in a handler, the
// app's in a step. Inside a step an event without an id gets one derived from
// run, step, name and index, so that a retried step starts its work once; send
// from one goroutine there, or set ids. In a function outside a step it returns
// [ErrOutsideStep] with the durable form to write, and without a sender
// [ErrNoSender]. See [Sender] for the rest.
func Send(ctx context.Context, events ...Event) ([]string, error) {
	c, err := inStep(ctx, events)
	if err != nil {
		return nil, err
	}
	if c != nil {
		return c.Send(ctx, untyped(events))
	}
	sender := senderFrom(ctx)
	if sender == nil {
		return nil, ErrNoSender
	}
	ids, err := sender.Send(ctx, events...)
	return ids, explainEnd(ctx, err)
}

// inStep returns the call that a context belongs to, nil outside functions, or
// an error in a function outside a step.
func inStep(ctx context.Context, events []Event) (*call.Call, error) {
	c := call.From(ctx)
	if c != nil && !step.IsWithinStep(ctx) || c == nil && outsideDirect(ctx) {
		return nil, fmt.Errorf("%w; write %s", ErrOutsideStep, durableForm(events))
	}
	return c, nil
}

// explainEnd says what to do about a send that ended with its request.
func explainEnd(ctx context.Context, err error) error {
	if errors.Is(err, context.Canceled) && errors.Is(ctx.Err(), context.Canceled) {
		return fmt.Errorf("%w; the request's context has ended: in a goroutine that outlives the request, send with context.WithoutCancel(ctx)", err)
	}
	return err
}

// Sender returns the sender of the app, for services that have it injected. It
// looks at the context as [Send] does: in a step it derives ids, so that a
// retried step starts its work once; in a function outside a step it returns
// [ErrOutsideStep]; in a request with a scope of this app it derives ids from
// the request's idempotency key. Everywhere else it sends plainly. It always
// sends by this app, whatever app the context belongs to. It is safe for
// concurrent use.
func (a *App) Sender() Sender {
	a.must("Sender")
	return appSender{a}
}

// PlainSender returns a sender of the app that does not look at the context: it
// derives no ids, and sends again at each replay of a function. It is safe for
// concurrent use.
func (a *App) PlainSender() Sender {
	a.must("PlainSender")
	return plainSender{a}
}

type appSender struct{ app *App }

func (s appSender) Send(ctx context.Context, events ...Event) ([]string, error) {
	c, err := inStep(ctx, events)
	if err != nil {
		return nil, err
	}
	if c != nil {
		return c.SendBy(ctx, s.app.in.SendInStep, untyped(events))
	}
	if scope, ok := senderFrom(ctx).(interface{ App() *App }); ok && scope.App() == s.app {
		return Send(ctx, events...)
	}
	ids, err := s.app.in.Send(ctx, untyped(events), nil)
	return ids, explainEnd(ctx, err)
}

type plainSender struct{ app *App }

func (s plainSender) Send(ctx context.Context, events ...Event) ([]string, error) {
	return s.app.in.Send(ctx, untyped(events), nil)
}

func untyped(events []Event) []any {
	all := make([]any, len(events))
	for i, ev := range events {
		all[i] = ev
	}
	return all
}

func senderFrom(ctx context.Context) Sender {
	if s, ok := ctx.Value(senderKey{}).(Sender); ok {
		return s
	}
	s, _ := ctx.Value(sending.ContextName).(Sender)
	return s
}

func durableForm(events []Event) string {
	name := "order.created"
	if len(events) > 0 {
		if own := sending.Name(events[0]); own != "" {
			name = own
		}
	}
	return fmt.Sprintf("OrderCreated.Send(ctx, %q, data) on the definition of %q, or step.Send", "send-"+name, name)
}
