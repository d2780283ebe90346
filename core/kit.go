package inngestkit

import (
	"context"
	"errors"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/core/internal/call"
	"github.com/inngestkit/inngestkit/core/internal/sending"
	"github.com/inngestkit/inngestkit/internal/sdk"
	"github.com/inngestkit/inngestkit/internal/seam"
)

// The test kit reaches into an app through the seam.
var _ = seam.Provide(seam.Core{Rewire: rewire, Describe: describe, Caller: caller, WithSteps: withSteps})

func rewire(app any, w seam.Wiring) (seam.App, error) {
	a, ok := app.(*App)
	if !ok || a == nil || a.in == nil {
		return seam.App{}, errors.New("the app is nil")
	}
	return a.in.Rewire(w)
}

func describe(app any) seam.App {
	a, ok := app.(*App)
	if !ok || a == nil || a.in == nil {
		return seam.App{}
	}
	return a.in.Describe()
}

func caller(ctx context.Context) (seam.Caller, bool) {
	c := call.From(ctx)
	if c == nil {
		return seam.Caller{}, false
	}
	return seam.Caller{FunctionID: c.FunctionID(), RunID: c.RunID()}, true
}

type directKey struct{}

// withSteps returns the context of a function that a test calls directly.
func withSteps(ctx context.Context, by seam.Direct) context.Context {
	d := sdk.Direct{Refuse: by.Refuse}
	if sender := senderFrom(ctx); sender != nil {
		d.Send = func(ctx context.Context, events []any) ([]string, error) {
			all := make([]Event, len(events))
			for i, ev := range events {
				e, ok := ev.(Event)
				if !ok {
					return nil, inngestgo.NoRetryError(&EventError{Index: i, Err: sending.ErrNotEvent})
				}
				all[i] = e
			}
			return sender.Send(ctx, all...)
		}
	}
	return sdk.WithDirect(context.WithValue(ctx, directKey{}, by), d)
}

// isDirect reports whether a test calls the function directly.
func isDirect(ctx context.Context) bool {
	_, ok := ctx.Value(directKey{}).(seam.Direct)
	return ok
}

// outsideDirect reports whether a function that a test calls directly is
// between steps.
func outsideDirect(ctx context.Context) bool {
	by, ok := ctx.Value(directKey{}).(seam.Direct)
	return ok && by.Outside()
}
