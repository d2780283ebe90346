package inngesthttp

import (
	"net/http"
	"strings"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// DefaultPath is the path at which [Mount] puts the webhook unless WithPath says otherwise.
const DefaultPath = "/api/inngest"

// Mux is a router that takes an http.Handler for all methods of a pattern:
// *http.ServeMux, or a chi.Router.
type Mux interface {
	Handle(pattern string, h http.Handler)
}

// Option is an option of [Mount].
type Option func(*options)

type options struct{ path string }

// WithPath mounts the webhook at path, in the mux's own syntax. A leading
// slash is added if it is missing and a trailing one is ignored; "" and
// "/" are the mux's root. Defaults to DefaultPath.
func WithPath(path string) Option {
	return func(o *options) { o.path = "/" + strings.Trim(path, "/") }
}

// Mount registers the app's webhook with mux, with and without a trailing
// slash: neither is redirected. Methods other than GET, POST and PUT are
// answered 405 with Allow. Like mux.Handle, it panics when the path is
// taken, and also if app is nil. Call it before mux serves.
func Mount(mux Mux, app *inngestkit.App, opts ...Option) {
	adapter.Require(app, "inngesthttp.Mount")
	o := options{path: DefaultPath}
	for _, opt := range opts {
		opt(&o)
	}
	h := handler(app, adapter.WithRoute(o.path))
	for _, pattern := range patterns(mux, o.path) {
		mux.Handle(pattern, h)
	}
}

// methods are all that net/http names.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
	http.MethodDelete, http.MethodConnect, http.MethodOptions, http.MethodTrace,
}

// patterns are the path with and without its trailing slash. A ServeMux is
// given one for each method, because it takes a pattern without one for a
// conflict with "GET /".
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
