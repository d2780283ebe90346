package inngesttest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/inngestkit/inngestkit/internal/seam"
)

// UseRouter sends the calls of functions through router, so that its middleware
// and the mounting of the webhook are part of the test. The router is the whole
// application, in any framework. UseRouter calls the webhook at the path where the
// adapter's Mount put it. If the webhook is mounted in another way, pass its path.
func (e *Env) UseRouter(router http.Handler, path ...string) {
	e.t.Helper()
	if router == nil {
		e.t.Fatal("inngesttest: UseRouter(nil): pass the router that the app's webhook is mounted on")
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

// Handler returns the router that was given to [Env.UseRouter]. If there is none,
// it returns the app's webhook alone, which a router can mount. The handler is safe
// for concurrent use if the router is.
func (e *Env) Handler() http.Handler {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.handler
}

// StartServer starts an HTTP server that serves [Env.Handler] on a free port of the
// loopback interface, and sends the calls of functions to it. Use it in tests that
// need a real connection. The server stops at the end of the test.
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

// toHost sends all requests to one host.
type toHost struct {
	host *url.URL
	base http.RoundTripper
}

func (t toHost) RoundTrip(r *http.Request) (*http.Response, error) {
	r.URL.Scheme, r.URL.Host, r.Host = t.host.Scheme, t.host.Host, t.host.Host
	return t.base.RoundTrip(r)
}

// Do serves a request with [Env.Handler], in memory. It returns the response when
// the functions that the request has started are idle. It fails the test if there
// is no router for the request.
func (e *Env) Do(r *http.Request) *httptest.ResponseRecorder {
	e.t.Helper()
	e.needsOpen()
	if r == nil {
		e.t.Fatal("inngesttest: Do(nil): pass a request, such as httptest.NewRequest(…)")
	}
	e.mu.Lock()
	mounted := e.mounted || r.URL.Path == e.path || r.URL.Path == e.route(nil)
	e.mu.Unlock()
	if !mounted {
		e.t.Fatalf("inngesttest: Do: there is no router for %s %s, only the app's webhook; write env.UseRouter(router) first", r.Method, r.URL.Path)
	}
	w := httptest.NewRecorder()
	e.Handler().ServeHTTP(w, r)
	e.WaitUntilIdle()
	return w
}
