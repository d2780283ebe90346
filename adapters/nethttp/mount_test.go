package inngesthttp_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

func newApp(t testing.TB, logger *slog.Logger) *inngestkit.App {
	t.Helper()
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", DevServerURL: "http://127.0.0.1:1", Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// TestBesideCatchAlls mounts beside the patterns that applications have.
func TestBesideCatchAlls(t *testing.T) {
	t.Parallel()
	teapot := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	for _, pattern := range []string{"/", "GET /", "GET /api/", "GET /{path...}", "GET /api/{name}", "GET /api/{name}/{$}"} {
		t.Run(pattern, func(t *testing.T) {
			t.Parallel()
			mux := http.NewServeMux()
			mux.Handle(pattern, teapot)
			inngesthttp.Mount(mux, newApp(t, slog.New(slog.DiscardHandler)))
			for path, want := range map[string]int{"/api/inngest": http.StatusOK, "/api/inngest/": http.StatusOK} {
				w := httptest.NewRecorder()
				mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
				if w.Code != want {
					t.Errorf("GET %s was answered %d, want %d", path, w.Code, want)
				}
			}
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/inngest/below", nil))
			if w.Code == http.StatusOK {
				t.Error("the webhook answers below its path")
			}
		})
	}
}

func TestRouteIsLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	app := newApp(t, slog.New(slog.NewTextHandler(&log, nil)))
	inngesthttp.Mount(http.NewServeMux(), app, inngesthttp.WithPath("hooks/"))
	if !strings.Contains(log.String(), "framework=nethttp path=/hooks ") {
		t.Errorf("the log is %q, want the framework and the path", log.String())
	}
}

func TestHandler(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	inngesthttp.Handler(newApp(t, nil)).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/anywhere", nil))
	if w.Code != http.StatusOK || w.Header().Get("X-Inngest-Framework") != "nethttp" {
		t.Errorf("the answer is %d with %v", w.Code, w.Header())
	}
}

// TestTakenPath has Mount fail before it logs that the webhook is mounted.
func TestTakenPath(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	app := newApp(t, slog.New(slog.NewTextHandler(&log, nil)))
	mux := http.NewServeMux()
	mux.Handle("POST /api/inngest", http.NotFoundHandler())
	defer func() {
		if p := recover(); p == nil || strings.Contains(log.String(), "mounted") || adapter.Mounted(app, "/api/inngest") {
			t.Errorf("Mount at a taken path panicked with %v, and the log says %q", p, log.String())
		}
	}()
	inngesthttp.Mount(mux, app)
}
