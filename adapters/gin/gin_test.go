package inngestgin_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
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
		{"", inngestgin.DefaultPath, "/api/inngest"},
		{"/internal", inngestgin.DefaultPath, "/internal/api/inngest"},
		{"/internal/", "hooks/", "/internal/hooks"},
		{"/internal/", "", "/internal"},
		{"/:tenant", "hooks", "/:tenant/hooks"},
		{"", "", "/"},
	} {
		var log bytes.Buffer
		var r gin.IRouter = gin.New()
		if c.prefix != "" {
			r = r.Group(c.prefix)
		}
		inngestgin.Mount(r, newApp(t, slog.New(slog.NewTextHandler(&log, nil))), inngestgin.WithPath(c.path))
		if want := "framework=gin path=" + c.want + " "; !strings.Contains(log.String(), want) {
			t.Errorf("the log is %q, want %q", log.String(), want)
		}
	}
}

func TestHandler(t *testing.T) {
	t.Parallel()
	e := gin.New()
	e.GET("/:tenant/inngest", inngestgin.Handler(newApp(t, nil)))
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/acme/inngest", nil))
	if w.Code != http.StatusOK || w.Header().Get("X-Inngest-Framework") != "gin" {
		t.Errorf("the answer is %d with %v", w.Code, w.Header())
	}
}

// TestAbortStopsTheChain expects of Abort the effects of Gin's own verbs.
func TestAbortStopsTheChain(t *testing.T) {
	t.Parallel()
	cause := errors.New("secret")
	var logged []*gin.Error
	e := gin.New()
	e.Use(func(c *gin.Context) { c.Next(); logged = c.Errors })
	e.GET("/",
		func(c *gin.Context) { inngestgin.Abort(c, cause) },
		func(*gin.Context) { t.Error("the chain went on") },
	)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("the answer is %d %s", w.Code, w.Body)
	}
	if len(logged) != 1 || !errors.Is(logged[0], cause) {
		t.Errorf("c.Errors is %v, want the cause", logged)
	}
}

func TestAbortLeavesABegunAnswer(t *testing.T) {
	t.Parallel()
	e := gin.New()
	e.GET("/", func(c *gin.Context) {
		c.String(http.StatusOK, "begun")
		inngestgin.Abort(c, errors.New("too late"))
	})
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusOK || w.Body.String() != "begun" {
		t.Errorf("the answer is %d %s, want the first answer", w.Code, w.Body)
	}
}

// TestTakenPath has Mount fail before it logs that the webhook is mounted.
func TestTakenPath(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	app := newApp(t, slog.New(slog.NewTextHandler(&log, nil)))
	e := gin.New()
	e.POST("/api/inngest", func(*gin.Context) {})
	defer func() {
		if p := recover(); p == nil || strings.Contains(log.String(), "mounted") || adapter.Mounted(app, "/api/inngest") {
			t.Errorf("Mount at a taken path panicked with %v, and the log says %q", p, log.String())
		}
	}()
	inngestgin.Mount(e, app)
}
