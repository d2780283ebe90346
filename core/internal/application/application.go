// Package application is an app without its public face: it puts the parts of
// an app together, and keeps its functions and the events that it knows.
// Package inngestkit wraps it for users, and package adapter for adapters.
package application

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/core/internal/api"
	"github.com/inngestkit/inngestkit/core/internal/call"
	"github.com/inngestkit/inngestkit/core/internal/declare"
	"github.com/inngestkit/inngestkit/core/internal/lifecycle"
	"github.com/inngestkit/inngestkit/core/internal/sending"
	"github.com/inngestkit/inngestkit/core/internal/settings"
	"github.com/inngestkit/inngestkit/core/internal/webhook"
	"github.com/inngestkit/inngestkit/internal/sdk"
	"github.com/inngestkit/inngestkit/validate"
)

// App is an application. It is safe for concurrent use.
type App struct {
	Settings *settings.Settings
	Life     lifecycle.Life
	Client   inngestgo.Client
	Webhook  *webhook.App
	Keys     Keys      // of idempotent requests
	Overlap  sync.Once // guards the warning of two apps' scopes in one request

	sender *sending.Sender
	calls  *call.App
	// public turns an error of sending into the one that users know.
	public func(error) error

	framework atomic.Pointer[string] // where the app was mounted last
	noRetries sync.Once

	mu        sync.RWMutex
	functions map[string]*call.Function // by full id
	known     map[string]*declare.Event
	routes    []string // where the webhook is mounted
}

// New returns an app with resolved settings that knows events by their names. The
// function public turns an error of sending into the one that users know.
func New(s *settings.Settings, events map[string]*declare.Event, public func(error) error) (*App, error) {
	a := &App{
		Settings: s, public: public,
		functions: map[string]*call.Function{}, known: events,
	}
	client, err := inngestgo.NewClient(a.clientOptions())
	if err != nil {
		return nil, fmt.Errorf("inngestkit: %w", err)
	}
	requests := &api.Client{Settings: s}
	a.Client = client
	a.sender = sending.New(s, a.Known, &a.Life)
	a.calls = &call.App{Settings: s, API: requests, Find: a.find, Known: a.Known, Send: a.SendInStep}
	a.Webhook = &webhook.App{Settings: s, Life: &a.Life, API: requests, Calls: a.calls, Functions: a.Functions, Known: a.knownEvents, Unserved: func() int { return sdk.Functions(a.Client, s.SigningKey) }}
	return a, nil
}

// clientOptions are those of the SDK client for users.
func (a *App) clientOptions() inngestgo.ClientOpts {
	s, dev := a.Settings, a.Settings.Dev()
	return inngestgo.ClientOpts{
		AppID: s.AppID, AppVersion: &s.AppVersion, Dev: &dev, Env: &s.Env,
		EventKey: &s.EventKey, SigningKey: &s.SigningKey, SigningKeyFallback: &s.SigningKeyFallback,
		APIBaseURL: &s.APIBaseURL, EventAPIBaseURL: &s.EventAPIBaseURL,
		HTTPClient: s.HTTPClient, Logger: s.Logger, Middleware: s.SDKMiddleware, Checkpoint: s.Checkpoint,
	}
}

// Functions returns all functions, failure handlers included, sorted by id.
func (a *App) Functions() []*call.Function {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return slices.SortedFunc(maps.Values(a.functions), func(x, y *call.Function) int { return cmp.Compare(x.ID, y.ID) })
}

// find returns a function by its full id, or by its own id as older syncs
// registered it, or nil.
func (a *App) find(id string) *call.Function {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if f, ok := a.functions[id]; ok {
		return f
	}
	return a.functions[a.Settings.AppID+"-"+id]
}

// Known returns the definition that the app knows by an event's name, or nil.
func (a *App) Known(name string) *declare.Event {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.known[name]
}

func (a *App) knownEvents() []*declare.Event {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return slices.SortedFunc(maps.Values(a.known), func(x, y *declare.Event) int { return cmp.Compare(x.Name, y.Name) })
}

// Prepare validates and encodes events, all of them or none.
func (a *App) Prepare(events []any, deriveID func(name string) string) ([]sending.Event, error) {
	out, err := a.sender.Prepare(events, deriveID)
	return out, a.public(err)
}

// Deliver sends prepared events and returns their ids.
func (a *App) Deliver(ctx context.Context, events []sending.Event) ([]string, error) {
	ids, err := a.sender.Deliver(ctx, events)
	return ids, a.public(err)
}

// Send sends events and returns their ids in the order given.
func (a *App) Send(ctx context.Context, events []any, deriveID func(name string) string) ([]string, error) {
	out, err := a.Prepare(events, deriveID)
	if err != nil {
		return nil, err
	}
	return a.Deliver(ctx, out)
}

// SendInStep sends events and reports whether the error would come again.
func (a *App) SendInStep(ctx context.Context, events []any, deriveID func(name string) string) (ids []string, permanent bool, err error) {
	out, err := a.sender.Prepare(events, deriveID)
	if err != nil {
		_, invalid := errors.AsType[*validate.Error](err)
		_, refused := errors.AsType[*sending.EventError](err)
		return nil, invalid || refused, a.public(err)
	}
	ids, err = a.Deliver(ctx, out)
	return ids, false, err
}

// Handler returns the webhook, mounted in a framework at a route, which may be
// empty.
func (a *App) Handler(framework, route string) http.Handler {
	a.framework.Store(&framework)
	if route != "" {
		a.mount(route)
		s := a.Settings
		s.Logger.Info("inngestkit: mounted",
			"app", s.AppID, "framework", framework, "path", route,
			"mode", string(s.Mode), "mode_from", s.ModeSource, "functions", len(a.Functions()))
	}
	return a.Webhook.Handler(framework)
}

// Framework returns where the app was mounted last, or "".
func (a *App) Framework() string {
	if mounted := a.framework.Load(); mounted != nil {
		return *mounted
	}
	return ""
}

// Mounted reports whether the webhook is mounted at a route, with or without a
// trailing slash.
func (a *App) Mounted(route string) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return slices.Contains(a.routes, slashed(route))
}

func (a *App) mount(route string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.routes = append(a.routes, slashed(route))
}

func slashed(route string) string {
	if route == "" || route[len(route)-1] != '/' {
		return route + "/"
	}
	return route
}

var of func(app any) *App

// Provide is called by package inngestkit, once.
func Provide(f func(app any) *App) struct{} {
	of = f
	return struct{}{}
}

// Of returns the application behind an *inngestkit.App, or nil.
func Of(app any) *App { return of(app) }
