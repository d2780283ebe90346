package inngestgin

import (
	"cmp"
	"strings"

	"github.com/gin-gonic/gin"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// DefaultPath is the path at which [Mount] mounts the webhook without [WithPath].
const DefaultPath = "/api/inngest"

// Option is an option of [Mount].
type Option func(*options)

type options struct{ path string }

// WithPath mounts the webhook at path, below the group's prefix. WithPath adds a
// missing leading slash and ignores a trailing one. The paths "" and "/" are the
// prefix itself. Defaults to [DefaultPath].
func WithPath(path string) Option {
	return func(o *options) { o.path = "/" + strings.Trim(path, "/") }
}

// Mount registers the app's webhook with an engine or a group, behind its
// middleware. The path has routes with and without a trailing slash, so neither
// is redirected. The webhook answers methods other than GET, POST and PUT with
// 405 and Allow. Call Mount before the engine serves. It panics if the path is
// taken, as r.Any does, or if app is nil.
func Mount(r gin.IRouter, app *inngestkit.App, opts ...Option) {
	adapter.Require(app, "inngestgin.Mount")
	o := options{path: DefaultPath}
	for _, opt := range opts {
		opt(&o)
	}
	base := ""
	if group, ok := r.(interface{ BasePath() string }); ok {
		base = group.BasePath()
	}
	path := strings.TrimSuffix(o.path, "/")
	route := strings.TrimSuffix(base, "/") + path

	w := &webhook{}
	r.Any(path+"/", w.serve)
	if path != "" || !strings.HasSuffix(base, "/") {
		r.Any(path, w.serve)
	}
	w.Handler = newWebhook(app, adapter.WithRoute(cmp.Or(route, "/"))) // logs the route
}
