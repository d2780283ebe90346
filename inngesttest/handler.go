package inngesttest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/inngestkit/inngestkit/internal/seam"
)

// UseRouter sends the calls of functions through router, an application in any
// framework that has the app's webhook mounted, so that its middleware and
// mounting are part of the test. The webhook is called where the adapter's
// UseRouter put it; a router that mounts it otherwise names its path.
func (e *Env) UseRouter(router http.Handler, path ...string) {
	e.t.Helper()
	if router == nil {
		e.t.Fatal("inngesttest: UseRouter(nil): give the router that the app's webhook is mounted on")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.handler, e.path, e.mounted = router, e.route(path), true
}

func (e *Env) route(path []string) string {
	if len(path) > 0 {
		return path[0]
	}
	if route := seam.Use().Describe(e.app).Route; route != "" {
		return strings.TrimSuffix(route, "/")
	}
	return defaultPath
}

// Handler is the application: the router given to Mount, or else the app's
// webhook alone, for a router to mount. It may be called from any goroutine.
func (e *Env) Handler() http.Handler {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.handler
}

// StartServer starts an HTTP server on a free port of the loopback interface that
// serves Handler, and sends the calls of functions there. It ends with the
// test.
func (e *Env) StartServer() *httptest.Server {
	e.t.Helper()
	server := httptest.NewServer(e.Handler())
	transport := &http.Transport{}
	e.t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
	})
	host, err := url.Parse(server.URL)
	if err != nil {
		e.t.Fatalf("inngesttest: %v", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.outside = toHost{host, transport}
	return server
}

// toHost carries requests to one host, whatever they name.
type toHost struct {
	host *url.URL
	base http.RoundTripper
}

func (t toHost) RoundTrip(r *http.Request) (*http.Response, error) {
	r.URL.Scheme, r.URL.Host, r.Host = t.host.Scheme, t.host.Host, t.host.Host
	return t.base.RoundTrip(r)
}

// Do serves a request by Handler, in memory, and returns the answer when the
// functions that its events started have come to rest.
func (e *Env) Do(r *http.Request) *httptest.ResponseRecorder {
	e.t.Helper()
	e.needsOpen()
	if r == nil {
		e.t.Fatal("inngesttest: Do(nil): give a request, such as httptest.NewRequest(…)")
	}
	e.mu.Lock()
	mounted := e.mounted || r.URL.Path == e.path || r.URL.Path == e.route(nil)
	e.mu.Unlock()
	if !mounted {
		e.t.Fatalf("inngesttest: Do: %s %s has no router to go to, only the app's webhook; write env.UseRouter(router) first", r.Method, r.URL.Path)
	}
	w := httptest.NewRecorder()
	e.Handler().ServeHTTP(w, r)
	e.WaitUntilIdle()
	return w
}
