// Package adapter is for authors of adapters to web frameworks. It holds the
// parts that an adapter needs and an application does not: the request scope,
// the held answer, event ids derived from a request's idempotency key, the
// webhook with the framework's name, and the answers to errors.
//
// An adapter mounts [Handler]. For each request it opens a [Scope] and wraps the
// response writer in a [Hold]. It answers errors with [Answer] or [Problem]. The
// suite in adapters/adaptertest tests all of it.
package adapter

import (
	"log/slog"
	"net/http"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/internal/application"
	"github.com/inngestkit/inngestkit/core/internal/sending"
	"github.com/inngestkit/inngestkit/validate"
)

// SenderKey is a key of a context's values at which [inngestkit.Send] also looks
// for a sender. Set it in contexts that pass on only values with string keys,
// such as a *gin.Context whose engine has no ContextWithFallback.
const SenderKey = sending.ContextName

// HandlerOption is an option of [Handler].
type HandlerOption func(*handlerOptions)

type handlerOptions struct{ framework, route string }

// WithFramework names the framework that the webhook is mounted in. Inngest's
// dashboard shows it. Defaults to "nethttp".
func WithFramework(name string) HandlerOption {
	return func(o *handlerOptions) { o.framework = name }
}

// WithRoute names the route that the webhook is mounted at, as a path in the
// router's own syntax. [Handler] logs it, and [Mounted] finds it. Defaults to
// none.
func WithRoute(path string) HandlerOption { return func(o *handlerOptions) { o.route = path } }

// Handler returns the app's webhook, as [inngestkit.App.Handler] does. It
// panics if app is nil.
func Handler(app *inngestkit.App, options ...HandlerOption) http.Handler {
	o := handlerOptions{framework: "nethttp"}
	for _, option := range options {
		option(&o)
	}
	return of(app, "adapter.Handler").Handler(o.framework, o.route)
}

// Mounted reports whether the app's webhook is mounted at a route, a path in
// the router's own syntax, with or without a trailing slash. It is safe for
// concurrent use.
func Mounted(app *inngestkit.App, route string) bool {
	return of(app, "adapter.Mounted").Mounted(route)
}

// Logger returns the app's logger, for mistakes of the application that an
// adapter finds during a request and that no error reports. It panics if app is
// nil.
func Logger(app *inngestkit.App) *slog.Logger { return of(app, "adapter.Logger").Settings.Logger }

// Require panics if app is nil. The message names the function that the
// application called, such as "inngestgin.Middleware".
func Require(app *inngestkit.App, function string) { of(app, function) }

func of(app *inngestkit.App, function string) *application.App {
	in := application.Of(app)
	if in == nil {
		panic(function + " was given a nil *inngestkit.App; pass the one that inngestkit.New returned without an error")
	}
	return in
}

// UseBinder makes [Problem] describe the errors of a web framework's validator
// in full: fields by JSON name, and messages without values. It reports false
// if engine is not a *validator.Validate. See [validate.UseBinder].
func UseBinder(engine any) bool { return validate.UseBinder(engine) }
