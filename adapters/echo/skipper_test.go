package inngestecho_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	inngestecho "github.com/inngestkit/inngestkit/adapters/echo"
)

func TestWebhookSkipper(t *testing.T) {
	t.Parallel()
	app := newApp(t, nil)
	for _, early := range []bool{false, true} {
		var got bool
		skip := inngestecho.IsWebhook
		look := func(next echo.HandlerFunc) echo.HandlerFunc {
			return func(c echo.Context) error {
				got = skip(c)
				return next(c)
			}
		}
		e := echo.New()
		if early {
			e.Pre(look)
		} else {
			e.Use(look)
		}
		inngestecho.Mount(e, app)
		inngestecho.Mount(e.Group("/:tenant"), app, inngestecho.WithPath("hooks"))
		e.GET("/*", func(echo.Context) error { return nil })
		for path, want := range map[string]bool{
			"/api/inngest": true, "/api/inngest/": true, "/acme/hooks": true,
			"/api/inngest/x": false, "/api/inngestx": false, "/api%2Finngest": false, "/a/b/hooks": false, "/": false,
		} {
			got = false
			e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
			if got != want {
				t.Errorf("before routing: %t: the skipper says %t of %s", early, got, path)
			}
		}
	}
}

func ExampleSkipper() {
	e, app := echo.New(), newApp(&testing.T{}, nil)
	e.Use(middleware.CSRFWithConfig(middleware.CSRFConfig{Skipper: inngestecho.IsWebhook}))
	inngestecho.Mount(e, app)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/api/inngest?fnId=shop-none&stepId=step", strings.NewReader("{}")))
	fmt.Println(w.Code, "by", w.Header().Get("X-Inngest-Sdk"))
	// Output: 400 by go:v0.16.0
}
