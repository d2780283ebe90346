// Package seam is where the test kit reaches into an app. The core fills it
// and inngesttest uses it; so the core knows no test kit, and its API has no
// word for what only tests may do. In production it is a nil check.
package seam

import (
	"context"
	"log/slog"
	"net/http"
)

// Wiring replaces the servers, keys and logger of an app under test.
type Wiring struct {
	// Transport carries every request of the app.
	Transport http.RoundTripper
	// BaseURL is where the app believes Inngest's APIs to be.
	BaseURL string
	// Dev puts the app into dev mode, for a server that signs nothing.
	Dev bool
	// SigningKey and EventKey are for an app that needs them and has none.
	SigningKey, EventKey string
	// Logger is for an app that was given none.
	Logger *slog.Logger
}

// App describes an app that the kit has rewired.
type App struct {
	ID         string
	Dev        bool
	SigningKey string
	// Route is where the webhook was mounted first, if it was.
	Route string
	// Restore gives the app its own again.
	Restore func()
}

// Caller is the function that a context belongs to.
type Caller struct{ FunctionID, RunID string }

// Direct is the test that calls a function directly.
type Direct struct {
	// Refuse is called with the name of a step that needs a run, from where it
	// is taken, and should not return.
	Refuse func(step string)
	// Outside reports whether it is called outside of a step.
	Outside func() bool
}

// Core is the part of the core that the kit uses.
type Core struct {
	// Rewire changes an app, a *inngestkit.App, until Restore is called. No
	// call may run meanwhile, and of two that rewire one app, one is refused.
	Rewire func(app any, w Wiring) (App, error)
	// Describe says what Rewire does, and changes nothing.
	Describe func(app any) App
	// Caller is the function, itself or a step of it, that a context belongs
	// to.
	Caller func(ctx context.Context) (Caller, bool)
	// WithSteps returns a context in which step.Run and step.Send work
	// without a run, as a function's does for the sender in ctx.
	WithSteps func(ctx context.Context, by Direct) context.Context
}

var core Core

// Provide is called by the core, once.
func Provide(c Core) struct{} {
	core = c
	return struct{}{}
}

// Use returns the part that the core has provided.
func Use() Core { return core }

type observerKey struct{}

// Observer observes a call's function.
type Observer struct {
	// Step is called whenever it takes a step, from where it does.
	Step func()
	// Misordered is called when it has come to a finished step before another
	// that had finished first. They are named by their hashed ids; a step that
	// had not finished is described.
	Misordered func(met, before string)
	// Unmet receives, at the call's end, the finished steps that it did not come to,
	// by their hashed ids.
	Unmet func(ids []string)
}

// WithObserver returns a context for the request of a call.
func WithObserver(ctx context.Context, o Observer) context.Context {
	return context.WithValue(ctx, observerKey{}, o)
}

type replayKey struct{}

// WithReplay returns a context for a call that repeats another to compare the
// two: it logs nothing.
func WithReplay(ctx context.Context) context.Context {
	return context.WithValue(ctx, replayKey{}, true)
}

// Replay reports whether a call repeats another.
func Replay(ctx context.Context) bool { return ctx.Value(replayKey{}) != nil }

// ObserverOf is the one that WithObserver gave, or one without functions.
func ObserverOf(ctx context.Context) Observer {
	o, _ := ctx.Value(observerKey{}).(Observer)
	return o
}
