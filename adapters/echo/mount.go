package inngestecho

import (
	"strings"

	"github.com/labstack/echo/v4"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// DefaultPath is the path at which [Mount] puts the webhook unless WithPath says otherwise.
const DefaultPath = "/api/inngest"

// Router is an *echo.Echo or an *echo.Group.
type Router interface {
	Any(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) []*echo.Route
}

// Option is an option of [Mount].
type Option func(*options)

type options struct{ path string }

// WithPath mounts the webhook at path, below the group's prefix. A leading
// slash is added if it is missing and a trailing one is ignored; "" and
// "/" are the prefix itself. Defaults to DefaultPath.
func WithPath(path string) Option {
	return func(o *options) { o.path = "/" + strings.Trim(path, "/") }
}

// Mount registers the app's webhook with an Echo or a group, behind its
// middleware, with and without a trailing slash: neither is redirected.
// Methods other than GET, POST and PUT are answered 405 with Allow. Like
// e.Any, call it before Echo serves. It panics if app is nil.
func Mount(r Router, app *inngestkit.App, opts ...Option) {
	adapter.Require(app, "inngestecho.Mount")
	o := options{path: DefaultPath}
	for _, opt := range opts {
		opt(&o)
	}
	// Only the routes know the group's prefix, so the webhook follows them.
	w := &webhook{}
	h := w.serve
	path := strings.TrimSuffix(o.path, "/")
	route := r.Any(path+"/", h)[0].Path
	if route != "/" {
		route = r.Any(path, h)[0].Path
	}
	w.handler = newWebhook(app, adapter.WithRoute(route))
}
