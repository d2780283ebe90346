package inngestgin

import (
	"cmp"
	"strings"

	"github.com/gin-gonic/gin"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// DefaultPath is the path at which [Mount] puts the webhook unless WithPath says otherwise.
const DefaultPath = "/api/inngest"

// Option is an option of [Mount].
type Option func(*options)

type options struct{ path string }

// WithPath mounts the webhook at path, below the group's prefix. A leading
// slash is added if it is missing and a trailing one is ignored; "" and
// "/" are the prefix itself. Defaults to DefaultPath.
func WithPath(path string) Option {
	return func(o *options) { o.path = "/" + strings.Trim(path, "/") }
}

// Mount registers the app's webhook with an engine or a group, behind its
// middleware, with and without a trailing slash: neither is redirected.
// Methods other than GET, POST and PUT are answered 405 with Allow. Like
// r.Any, it panics when the path is taken, and also if app is nil. Call it before
// the engine serves.
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
	h := handler(app, adapter.WithRoute(cmp.Or(route, "/")))

	r.Any(path+"/", h)
	if path != "" || !strings.HasSuffix(base, "/") {
		r.Any(path, h)
	}
}
