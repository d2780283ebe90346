package sdk

import "context"

// Call observes the SDK while it runs a function. Its methods are called in the
// goroutine that takes the step.
type Call interface {
	// StepMet is called whenever the function comes to a step, before the SDK
	// has looked whether that has finished.
	StepMet()
	// StepStarts is called just before a step's own code runs.
	StepStarts()
	// CodeEnded is called when a step's own code, or the whole function, has
	// returned this error.
	CodeEnded(err error)
	// ReplayOver is called when the function has met its finished steps and
	// new code runs.
	ReplayOver()
	// Send sends the events of step.Send and step.SendMany.
	Send(ctx context.Context, events []any) ([]string, error)
}

type callKey struct{}

// WithCall returns a context from which CallOf returns c.
func WithCall(ctx context.Context, c Call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// CallOf returns the call that a context belongs to, or nil outside functions.
func CallOf(ctx context.Context) Call {
	c, _ := ctx.Value(callKey{}).(Call)
	return c
}

// Watch returns the context to give to a function: c observes the SDK in it.
func Watch(ctx context.Context, c Call) context.Context { return watchedContext{ctx, c} }

// watchedContext notices the SDK by the keys that it looks up.
type watchedContext struct {
	context.Context
	call Call
}

func (c watchedContext) Value(key any) any {
	switch key {
	case callKey{}:
		return c.call
	case senderKey:
		return sender(c.call.Send)
	case middlewareKey:
		c.call.StepStarts()
	case stepKey:
		c.call.StepMet()
	}
	return c.Context.Value(key)
}

// sender is the value that the SDK's step.Send and step.SendMany look for.
type sender func(ctx context.Context, events []any) ([]string, error)

// Send sends one event for step.Send.
func (s sender) Send(ctx context.Context, event any) (string, error) {
	ids, err := s(ctx, []any{event})
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// SendMany sends events for step.SendMany.
func (s sender) SendMany(ctx context.Context, events []any) ([]string, error) { return s(ctx, events) }

// Direct is the context of a function that a test calls directly, without a
// run.
type Direct struct {
	// Refuse is called with the name of a step that needs a run, in the
	// goroutine that takes it. It should not return.
	Refuse func(step string)
	// Send sends the events of step.Send and step.SendMany. If it is nil, the
	// SDK reports that there is no sender.
	Send func(ctx context.Context, events []any) ([]string, error)
}

// WithDirect returns a context in which step.Run and step.Send work without a
// run, and every other step is refused.
func WithDirect(ctx context.Context, d Direct) context.Context { return directContext{ctx, d} }

type directContext struct {
	context.Context
	direct Direct
}

func (c directContext) Value(key any) any {
	switch key {
	case senderKey:
		if c.direct.Send != nil {
			return sender(c.direct.Send)
		}
	case stateKey:
		if step := lookingStep(); step != "" {
			c.direct.Refuse(step)
		}
	}
	return c.Context.Value(key)
}
