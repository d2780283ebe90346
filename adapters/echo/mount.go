package inngestecho

import (
	"strings"

	"github.com/labstack/echo/v4"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// DefaultPath is the path at which [Mount] mounts the webhook without [WithPath].
const DefaultPath = "/api/inngest"

// Router is an *echo.Echo or an *echo.Group.
type Router interface {
	Any(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) []*echo.Route
}

// Option is an option of [Mount].
type Option func(*options)

type options struct{ path string }

// WithPath mounts the webhook at path, below the group's prefix. WithPath adds a
// missing leading slash and ignores a trailing one. The paths "" and "/" are the
// prefix itself. Defaults to [DefaultPath].
func WithPath(path string) Option {
	return func(o *options) { o.path = "/" + strings.Trim(path, "/") }
}

// Mount registers the app's webhook with an Echo or a group, behind its
// middleware. The path has routes with and without a trailing slash, so neither
// is redirected. The webhook answers methods other than GET, POST and PUT with
// 405 and Allow. Call Mount before Echo serves. It panics if app is nil, or if r is
// an *echo.Echo whose path is taken. A group does not tell its routes: there, the
// later route replaces the earlier one, as with e.Any.
func Mount(r Router, app *inngestkit.App, opts ...Option) {
	adapter.Require(app, "inngestecho.Mount")
	o := options{path: DefaultPath}
	for _, opt := range opts {
		opt(&o)
	}
	path := strings.TrimSuffix(o.path, "/")
	if e, ok := r.(*echo.Echo); ok {
		refuseTaken(e, path)
	}
	// Only a route knows the group's prefix, so the handler is made after it.
	w := &webhook{}
	h := w.serve
	route := r.Any(path+"/", h)[0].Path
	if route != "/" {
		route = r.Any(path, h)[0].Path
	}
	w.handler = newWebhook(app, adapter.WithRoute(route))
}

// refuseTaken panics if there is a route at a path, with or without a trailing
// slash. Echo would replace it without a word.
func refuseTaken(e *echo.Echo, path string) {
	for _, route := range e.Routes() {
		if strings.TrimSuffix(route.Path, "/") == path && route.Method != echo.RouteNotFound {
			panic("inngestecho.Mount: the path " + route.Path + " is taken by " + route.Name + "; choose another with WithPath")
		}
	}
}
