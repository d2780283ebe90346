package inngesthttp

import (
	"net/http"
	"strings"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// DefaultPath is the path at which [Mount] mounts the webhook without [WithPath].
const DefaultPath = "/api/inngest"

// Mux is a router that takes an http.Handler for all methods of a pattern:
// *http.ServeMux, or a chi.Router.
type Mux interface {
	Handle(pattern string, h http.Handler)
}

// Option is an option of [Mount].
type Option func(*options)

type options struct{ path string }

// WithPath mounts the webhook at path, in the mux's own syntax. WithPath adds a
// missing leading slash and ignores a trailing one. The paths "" and "/" are the
// mux's root. Defaults to [DefaultPath].
func WithPath(path string) Option {
	return func(o *options) { o.path = "/" + strings.Trim(path, "/") }
}

// Mount registers the app's webhook with mux. The path has patterns with and
// without a trailing slash, so neither is redirected. The webhook answers methods
// other than GET, POST and PUT with 405 and Allow. Call Mount before mux serves.
// It panics if the path is taken, as mux.Handle does, or if app is nil.
func Mount(mux Mux, app *inngestkit.App, opts ...Option) {
	adapter.Require(app, "inngesthttp.Mount")
	o := options{path: DefaultPath}
	for _, opt := range opts {
		opt(&o)
	}
	w := &webhook{}
	for _, pattern := range patterns(mux, o.path) {
		mux.Handle(pattern, w)
	}
	w.Handler = adapter.Handler(app, adapter.WithRoute(o.path)) // logs the route
}

// methods are all methods that net/http names.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
	http.MethodDelete, http.MethodConnect, http.MethodOptions, http.MethodTrace,
}

// patterns returns the patterns of a path, with and without a trailing slash. A
// ServeMux gets one for each method: a pattern without a method conflicts with
// "GET /".
func patterns(mux Mux, path string) []string {
	slashed := strings.TrimSuffix(path, "/") + "/"
	if _, ok := mux.(*http.ServeMux); !ok {
		if path == slashed {
			return []string{path}
		}
		return []string{path, slashed}
	}
	var all []string
	for _, method := range methods {
		all = append(all, method+" "+slashed+"{$}")
		if path != slashed {
			all = append(all, method+" "+path)
		}
	}
	return all
}
