package inngestecho_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	inngestecho "github.com/inngestkit/inngestkit/adapters/echo"
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

func TestRouteIsLogged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		prefix, path, want string
	}{
		{"", inngestecho.DefaultPath, "/api/inngest"},
		{"/internal", inngestecho.DefaultPath, "/internal/api/inngest"},
		{"/internal", "", "/internal"},
		{"/:tenant", "hooks/", "/:tenant/hooks"},
		{"", "", "/"},
	} {
		var log bytes.Buffer
		inngestecho.Mount(echo.New().Group(c.prefix), newApp(t, slog.New(slog.NewTextHandler(&log, nil))), inngestecho.WithPath(c.path))
		if want := "framework=echo path=" + c.want + " "; !strings.Contains(log.String(), want) {
			t.Errorf("the log is %q, want %q", log.String(), want)
		}
	}
}

func TestHandler(t *testing.T) {
	t.Parallel()
	e := echo.New()
	e.GET("/:tenant/inngest", inngestecho.Handler(newApp(t, nil)))
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/acme/inngest", nil))
	if w.Code != http.StatusOK || w.Header().Get("X-Inngest-Framework") != "echo" {
		t.Errorf("the answer is %d with %v", w.Code, w.Header())
	}
}

// TestTakenPath has Mount fail before it logs that the webhook is mounted.
func TestTakenPath(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	app := newApp(t, slog.New(slog.NewTextHandler(&log, nil)))
	e := echo.New()
	e.POST("/api/inngest/", nothing)
	defer func() {
		if p := recover(); p == nil || strings.Contains(log.String(), "mounted") || adapter.Mounted(app, "/api/inngest") {
			t.Errorf("Mount at a taken path panicked with %v, and the log says %q", p, log.String())
		}
	}()
	inngestecho.Mount(e, app)
}
