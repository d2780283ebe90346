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
)

func newApp(t testing.TB, logger *slog.Logger) *inngestkit.App {
	t.Helper()
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev, Logger: logger})
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
