package call

import (
	"context"
	"net/http"

	"github.com/inngestkit/inngestkit/core/internal/api"
	"github.com/inngestkit/inngestkit/core/internal/declare"
	"github.com/inngestkit/inngestkit/core/internal/settings"
	"github.com/inngestkit/inngestkit/internal/sdk"
	"github.com/inngestkit/inngestkit/validate"
)

// App is the part of an application that calls use. It is safe for concurrent use.
type App struct {
	Settings *settings.Settings
	API      *api.Client
	// Find returns the function with an id, or nil.
	Find func(id string) *Function
	// Known returns the definition that the app knows by an event's name, or
	// nil.
	Known func(name string) *declare.Event
	Send  SendFunc

	flights flights
	orders  orders
}

// SendFunc sends events. Permanent reports whether the same send would fail
// again.
type SendFunc func(ctx context.Context, events []any, deriveID func(name string) string) (ids []string, permanent bool, err error)

// Function is a function of an app that can be called.
type Function struct {
	*declare.Function

	// ID is the full id, "<app>-<function>".
	ID string
	// Config is the function's configuration as the SDK registers it.
	Config sdk.Config

	app       *App
	primary   *declare.Event // the definition of its only event trigger, or nil
	wildcard  bool           // a trigger matches several events
	validator *validate.Validator
	handler   http.Handler
}

// NewFunction returns a checked function of the app. Connect it before it is
// called.
func (a *App) NewFunction(f *declare.Function) *Function {
	return &Function{
		Function: f, ID: f.FullID(a.Settings.AppID),
		app: a, primary: f.Primary(), wildcard: f.Wildcard(), validator: f.Validator(),
	}
}

// Configure asks the SDK for the function's configuration.
func (f *Function) Configure() (err error) {
	f.Config, err = f.client().Config(f.hosted())
	return err
}

// Connect gives the function an SDK client with the app's present settings.
func (f *Function) Connect() (err error) {
	f.handler, err = f.client().Serve(f.hosted())
	return err
}

func (f *Function) client() sdk.Client {
	s := f.app.Settings
	return sdk.Client{
		AppID: s.AppID, SigningKey: s.SigningHash,
		APIBaseURL: s.APIBaseURL, EventAPIBaseURL: s.EventAPIBaseURL,
		Checkpoint: s.Checkpoint, HTTPClient: s.HTTPClient, Logger: s.Logger,
		MaxBodyBytes: s.MaxBodyBytes, Middleware: s.SDKMiddleware,
	}
}

func (f *Function) hosted() sdk.Function {
	opts := f.Opts
	if f.app.Settings.Rewired {
		opts.Checkpoint = nil
	}
	return sdk.Function{Opts: opts, Trigger: f.Trigger, Run: f.host}
}

// checkpoints reports whether the function may run several steps in one call.
func (f *Function) checkpoints() bool {
	return f.Opts.Checkpoint != nil || f.app.Settings.Checkpoint != nil
}
