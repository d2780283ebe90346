package inngestecho_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"weak"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	inngestecho "github.com/inngestkit/inngestkit/adapters/echo"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

// asked is an Echo whose middleware calls IsWebhook for each request, in e.Pre or
// else in e.Use.
type asked struct {
	*echo.Echo

	said *bool
}

func newAsked(pre bool) asked {
	a := asked{echo.New(), new(bool)}
	look := func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			*a.said = inngestecho.IsWebhook(c)
			return next(c)
		}
	}
	if pre {
		a.Pre(look)
	} else {
		a.Use(look)
	}
	return a
}

// about returns the result of IsWebhook for a request, and whether a webhook has
// answered it. The target may name a host.
func (a asked) about(method, target string) (said, answered bool) {
	*a.said = false
	w := httptest.NewRecorder()
	a.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return *a.said, w.Header().Get("X-Inngest-Framework") == "echo" || w.Header().Get("Allow") == "GET, POST, PUT"
}

func nothing(echo.Context) error { return nil }

func TestIsWebhook(t *testing.T) {
	t.Parallel()
	app := newApp(t, slog.New(slog.DiscardHandler))
	for when, pre := range map[string]bool{"in e.Use": false, "in e.Pre": true} {
		e := newAsked(pre)
		inngestecho.Mount(e.Echo, app)
		inngestecho.Mount(e.Group("/:tenant"), app, inngestecho.WithPath("hooks"))
		inngestecho.Mount(e.Group("/internal", pass).Group("/v1", pass), app)
		inngestecho.Mount(e.Host("hooks.example.com"), app, inngestecho.WithPath("/"))
		api := e.Host("api.example.com")
		api.GET("/*", nothing)
		api.POST("/v1/:id/inngest", inngestecho.Handler(app), pass)
		e.GET("/*", nothing)
		e.POST("/posted", inngestecho.Handler(app))
		e.GET("/posted", nothing)
		e.PUT("/put-only", inngestecho.Handler(app))
		e.RouteNotFound("/rest/*", inngestecho.Handler(app))
		e.GET("/rest/own", nothing)
		e.POST("/wrapped", echo.WrapHandler(app.Handler()))
		for range 2 { // the second time from the cache
			for request, want := range map[string]bool{
				"GET /api/inngest": true, "POST /api/inngest/": true, "DELETE /api/inngest": true, "PROPFIND /api/inngest": true,
				"PUT /acme/hooks": true, "GET /internal/v1/api/inngest": true,
				"GET http://hooks.example.com/": true, "POST http://hooks.example.com/": true,
				"POST http://api.example.com/v1/7/inngest": true, "POST /posted": true, "PUT /put-only": true,
				"GET /rest/any": true, "POST /rest/any": true, "POST /rest/own": true, "GET /rest/own": false, "GET /posted": false, "PUT /posted": false, "POST /put-only": false, "BREW /api/inngest": false,
				"GET /api/inngest/x": false, "GET /api/inngestx": false, "GET /api%2Finngest": false, "GET /a/b/hooks": false, "GET /": false,
				"GET http://api.example.com/api/inngest": false, "GET http://api.example.com/v1/7/inngest": false,
				"POST http://api.example.com/nowhere": false, "GET http://hooks.example.com/api/inngest": false, "POST /nowhere": false, "POST /wrapped": false,
			} {
				method, target, _ := strings.Cut(request, " ")
				if said, answered := e.about(method, target); said != want || answered != want {
					t.Errorf("%s: IsWebhook of %s is %t, and a webhook answered: %t", when, request, said, answered)
				}
			}
		}
	}
}

func pass(next echo.HandlerFunc) echo.HandlerFunc { return next }

// TestIsWebhookOfTwoEngines uses a path that leads to the webhook in one engine
// only.
func TestIsWebhookOfTwoEngines(t *testing.T) {
	t.Parallel()
	app := newApp(t, nil)
	one, other := newAsked(false), newAsked(false)
	inngestecho.Mount(one.Echo, app)
	one.POST("/hooks", nothing)
	other.POST("/api/inngest", nothing)
	other.POST("/hooks", inngestecho.Handler(app))
	for range 2 {
		for path, inOne := range map[string]bool{"/api/inngest": true, "/hooks": false} {
			if said, _ := one.about(http.MethodPost, path); said != inOne {
				t.Errorf("IsWebhook of %s is %t in the first engine", path, said)
			}
			if said, _ := other.about(http.MethodPost, path); said == inOne {
				t.Errorf("IsWebhook of %s is %t in the second engine", path, said)
			}
		}
	}
}

// TestIsWebhookOfLaterRoutes adds and replaces routes between requests.
func TestIsWebhookOfLaterRoutes(t *testing.T) {
	t.Parallel()
	app := newApp(t, nil)
	e := newAsked(false)
	e.POST("/own", nothing)
	if said, _ := e.about(http.MethodPost, "/own"); said {
		t.Error("a route of the application is the webhook")
	}
	inngestecho.Mount(e.Echo, app)
	if said, _ := e.about(http.MethodPost, "/api/inngest"); !said {
		t.Error("a webhook that was mounted later is not found")
	}
	e.POST("/api/inngest", nothing)
	if said, _ := e.about(http.MethodPost, "/api/inngest"); said {
		t.Error("the route that took the webhook's place passes for it")
	}
}

// TestIsWebhookRetainsNoEngine expects an engine to be collected although its
// routes were cached.
func TestIsWebhookRetainsNoEngine(t *testing.T) {
	t.Parallel()
	gone := func() weak.Pointer[echo.Echo] {
		e := newAsked(false)
		e.GET("/", nothing)
		if said, _ := e.about(http.MethodGet, "/"); said {
			t.Error("a route of the application is the webhook")
		}
		return weak.Make(e.Echo)
	}()
	for range 10 {
		runtime.GC()
	}
	if gone.Value() != nil {
		t.Error("the cache holds an engine that nobody uses")
	}
}

func TestIsWebhookFromManyGoroutines(t *testing.T) {
	t.Parallel()
	e := echo.New()
	inngestecho.Mount(e, newApp(t, nil))
	e.GET("/", nothing)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for path, want := range map[string]bool{"/": false, "/api/inngest": true, "/nowhere": false} {
				c := e.NewContext(httptest.NewRequest(http.MethodGet, path, nil), nil)
				if got := inngestecho.IsWebhook(c); got != want {
					t.Errorf("IsWebhook of %s is %t", path, got)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkIsWebhook(b *testing.B) {
	app := newApp(b, nil)
	for _, routes := range []int{10, 1000} {
		e := echo.New()
		inngestecho.Mount(e, app)
		for i := range routes {
			e.GET(fmt.Sprintf("/resource%d/:id", i), nothing)
		}
		for _, path := range []string{"/resource1/7", inngestecho.DefaultPath} {
			for when, pre := range map[string]bool{"use": false, "pre": true} {
				b.Run(fmt.Sprintf("routes=%d/path=%s/in=%s", routes, strings.ReplaceAll(path[1:], "/", "."), when), func(b *testing.B) {
					c := e.NewContext(httptest.NewRequest(http.MethodGet, path, nil), nil)
					if !pre {
						e.Router().Find(http.MethodGet, path, c)
					}
					b.ReportAllocs()
					for b.Loop() {
						inngestecho.IsWebhook(c)
					}
				})
			}
		}
	}
}

func ExampleIsWebhook() {
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev})
	if err != nil {
		panic(err)
	}
	e := echo.New()
	e.Use(middleware.KeyAuthWithConfig(middleware.KeyAuthConfig{
		Skipper:   inngestecho.IsWebhook,
		Validator: func(key string, _ echo.Context) (bool, error) { return key == "secret", nil },
	}))
	inngestecho.Mount(e, app)
	e.GET("/orders", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	for _, path := range []string{"/api/inngest", "/orders"} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer wrong")
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		fmt.Println(path, w.Code)
	}
	// Output:
	// /api/inngest 200
	// /orders 401
}
