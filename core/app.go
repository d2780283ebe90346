package inngestkit

import (
	"errors"
	"fmt"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/core/internal/application"
	"github.com/inngestkit/inngestkit/core/internal/declare"
	"github.com/inngestkit/inngestkit/core/internal/mistake"
)

// App holds an application's functions and its connection to Inngest. Make it
// with [New]. It is safe for concurrent use; [App.Register] may be called while
// calls run.
type App struct{ in *application.App }

// New makes an app from c and the environment. It returns every mistake in c,
// the environment and c.Events as one joined error of [*ConfigError].
//
// A wrong [DefineEvent] elsewhere in the process is logged as a warning: it
// fails only the apps that register it.
func New(c Config) (*App, error) {
	var l mistake.List
	s := c.settings()
	s.Resolve(&l)
	known := application.Known(&l, c.definitions(&l))
	warnings := &mistake.List{}
	checkSDK(&l, warnings, c.AllowUntestedSDK)
	s.Warn(warnings)
	if s.Strict {
		l.All, warnings = append(l.All, warnings.All...), &mistake.List{}
	}
	if len(l.All) > 0 {
		return nil, configErrors(&l)
	}
	in, err := application.New(s, known, publicError)
	if err != nil {
		return nil, err
	}
	for _, w := range warnings.All {
		s.Logger.Warn((*ConfigError)(&w).Error())
	}
	in.WarnOfOthers()
	return &App{in}, nil
}

// definitions returns the definitions of c.Events.
func (c Config) definitions(l *mistake.List) []*declare.Event {
	var events []*declare.Event
	for i, d := range c.Events {
		if d == nil || d.definition() == nil {
			l.Add(fmt.Sprintf("Config.Events[%d]", i), "", "it is not a definition", "make it with DefineEvent")
			continue
		}
		events = append(events, d.definition())
	}
	return events
}

// ID returns the app's id.
func (a *App) ID() string { return a.must("ID").Settings.AppID }

// Client returns the SDK's own client with the app's settings, for SDK features
// that this package does not wrap. Register functions with [App.Register]: the
// app does not serve those of the client.
func (a *App) Client() inngestgo.Client { return a.must("Client").Client }

// Registered returns all registered functions, failure handlers included,
// sorted by id.
func (a *App) Registered() []Function {
	all := a.must("Registered").Functions()
	fns := make([]Function, len(all))
	for i, f := range all {
		fns[i] = Function{f.Function}
	}
	return fns
}

// whole returns an error for an app that New did not make.
func (a *App) whole(method string) error {
	if a == nil || a.in == nil {
		return errors.New("inngestkit: App." + method + " was called on a nil *App; use the one that inngestkit.New returned without an error")
	}
	return nil
}

// must panics for an app that New did not make.
func (a *App) must(method string) *application.App {
	if err := a.whole(method); err != nil {
		panic(err.Error())
	}
	return a.in
}

var _ = application.Provide(func(app any) *application.App {
	if a, ok := app.(*App); ok && a != nil {
		return a.in
	}
	return nil
})
