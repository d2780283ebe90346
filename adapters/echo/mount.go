package inngestecho

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// DefaultPath is where Mount puts the webhook unless WithPath says otherwise.
const DefaultPath = "/api/inngest"

// Router is an *echo.Echo or an *echo.Group.
type Router interface {
	Any(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) []*echo.Route
}

// Option is an option of Mount.
type Option func(*options)

type options struct{ path string }

// WithPath mounts the webhook at path, below the group's prefix. A leading
// slash is added if it is missing and a trailing one is of no account; "" and
// "/" are the prefix itself. Defaults to DefaultPath.
func WithPath(path string) Option {
	return func(o *options) { o.path = "/" + strings.Trim(path, "/") }
}

// Mount registers the app's webhook with an Echo or a group, behind its
// middleware, with and without a trailing slash: neither is redirected.
// Methods other than GET, POST and PUT are answered 405 with Allow. Like
// e.Any, it is not to be called while Echo serves.
func Mount(r Router, app *inngestkit.App, opts ...Option) {
	o := options{path: DefaultPath}
	for _, opt := range opts {
		opt(&o)
	}
	// Only the routes know the group's prefix, so the webhook follows them.
	var webhook http.Handler
	h := func(c echo.Context) error {
		webhook.ServeHTTP(c.Response(), c.Request())
		return nil
	}
	path := strings.TrimSuffix(o.path, "/")
	route := r.Any(path+"/", h)[0].Path
	if route != "/" {
		route = r.Any(path, h)[0].Path
	}
	webhook = newWebhook(app, inngestkit.WithRoute(route))
}
