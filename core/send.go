package inngestkit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/validate"
)

// Sender sends events. App.Sender makes the real one; a test may use its own.
type Sender interface {
	// Send sends all events and returns their ids in the order given. An
	// event that is invalid or exceeds a limit keeps all of them from being
	// sent. When a later part of a large send fails, the ids of the parts
	// that were accepted come back with the error.
	//
	// Errors are *validate.Error, *EventError or *SendError, or ctx's own.
	Send(ctx context.Context, events ...Event) ([]string, error)
}

// Errors of Send that say where it was called from.
var (
	// ErrNoSender means that the context belongs to neither a request nor a
	// step of an app.
	ErrNoSender = errors.New("inngestkit: no sender in this context; install the adapter's Middleware (inngestgin.Middleware(app), inngestecho.Middleware(app) or inngesthttp.Middleware(app)) and pass the request's context, or use app.Sender()")
	// ErrOutsideStep means that a function sends outside of any step, where
	// every replay would send again.
	ErrOutsideStep = errors.New("inngestkit: events sent by a function outside a step would be sent again at each replay")
)

type senderKeyType struct{}

// WithSender returns a context in which Send finds sender. The adapters'
// Middleware calls it for each request.
func WithSender(ctx context.Context, sender Sender) context.Context {
	return context.WithValue(ctx, senderKeyType{}, sender)
}

// Send sends events by the sender in ctx: the request's in a handler, the
// app's in a step. Inside a step an event without an id is given one derived
// from run, step, name and index, so that a retried step starts its work
// once; send from one goroutine there, or set ids. In a function outside a
// step it returns ErrOutsideStep with the durable form to write; without a
// sender ErrNoSender. See Sender for the rest.
func Send(ctx context.Context, events ...Event) ([]string, error) {
	c := callFrom(ctx)
	if c != nil && !step.IsWithinStep(ctx) || c == nil && outside(ctx) {
		return nil, fmt.Errorf("%w; write %s", ErrOutsideStep, durableForm(events))
	}
	if c != nil {
		return c.send(ctx, events)
	}
	sender := senderFrom(ctx)
	if sender == nil {
		return nil, ErrNoSender
	}
	return sender.Send(ctx, events...)
}

// SenderKey is under what name a sender is also looked for, for contexts that
// hand only named values through, such as a *gin.Context whose engine has no
// ContextWithFallback. The adapters set it.
const SenderKey = "github.com/inngestkit/inngestkit/sender"

func senderFrom(ctx context.Context) Sender {
	if s, ok := ctx.Value(senderKeyType{}).(Sender); ok {
		return s
	}
	s, _ := ctx.Value(SenderKey).(Sender)
	return s
}

func durableForm(events []Event) string {
	name := "order.created"
	if len(events) > 0 {
		if env, _, err := encode(events[0]); err == nil {
			name = env.Name
		}
	}
	return fmt.Sprintf("OrderCreated.Send(ctx, %q, data) on the definition of %q, or step.Send", "send-"+name, name)
}

// sentKey counts the events of one name that one step sends.
type sentKey struct{ step, name string }

type sentEvents struct {
	mu     sync.Mutex
	counts map[sentKey]int
}

func (s *sentEvents) next(key sentKey) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts == nil {
		s.counts = map[sentKey]int{}
	}
	s.counts[key]++
	return s.counts[key] - 1
}

// send sends from inside a step. What is wrong with an event is wrong at each
// retry too, so such errors end the step for good.
func (c *call) send(ctx context.Context, events []Event) ([]string, error) {
	ids, err := c.fn.app.sender.send(ctx, events, c.deriveID)
	_, invalid := errors.AsType[*validate.Error](err)
	_, bad := errors.AsType[*EventError](err)
	if invalid || bad {
		return ids, inngestgo.NoRetryError(err)
	}
	return ids, err
}

// deriveID names an event by the step that sends it, so that a retry sends
// the same id.
func (c *call) deriveID(name string) string {
	key := sentKey{c.step(), name}
	sum := sha256.Sum256([]byte(c.meta.RunID + "\x00" + key.step + "\x00" + name + "\x00" + strconv.Itoa(c.sent.next(key))))
	return hex.EncodeToString(sum[:16])
}

// step identifies the step whose code runs. A targeted call names it. Any
// other runs its steps one after the other, so that the number of those that
// came before is as good as a name, and the same at each retry.
func (c *call) step() string {
	if c.target != "" {
		return c.target
	}
	return "#" + strconv.Itoa(len(c.body.steps)+int(c.executed.Load()))
}

// sdkSender is the sender that the SDK's own steps find.
type sdkSender struct {
	send func(ctx context.Context, events []Event) ([]string, error)
}

// Send sends one event for step.Send.
func (s sdkSender) Send(ctx context.Context, event any) (string, error) {
	ids, err := s.SendMany(ctx, []any{event})
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// SendMany sends events for step.SendMany.
func (s sdkSender) SendMany(ctx context.Context, events []any) ([]string, error) {
	all := make([]Event, len(events))
	for i, ev := range events {
		e, ok := ev.(Event)
		if !ok {
			return nil, inngestgo.NoRetryError(&EventError{Index: i, Err: errNotEvent})
		}
		all[i] = e
	}
	return s.send(ctx, all)
}
