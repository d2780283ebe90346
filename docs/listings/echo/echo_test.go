// Package echo_test compiles the listings of docs/echo.md.
package echo_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	inngestecho "github.com/inngestkit/inngestkit/adapters/echo"
	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

func TestMain(m *testing.M) {
	_ = os.Unsetenv("INNGEST_DEV_SERVER_URL") // the listings use the embedded engine
	os.Exit(m.Run())
}

type User struct {
	Email string `json:"email" validate:"required,email"`
}

var UserRegistered = inngestkit.DefineEvent[User]("user.registered")

// newApp makes an app, and an Inngest that accepts every event.
func newApp() (app *inngestkit.App, closeAPI func()) {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"ids":["event-1"],"status":200}`))
	}))
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", DevServerURL: api.URL, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		panic(err)
	}
	return app, api.Close
}

func request(h http.Handler, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func Example_mount() {
	app, done := newApp()
	defer done()
	e := echo.New()
	e.Use(middleware.Recover(), inngestecho.Middleware(app))

	inngestecho.Mount(e, app)                                // /api/inngest
	inngestecho.Mount(e.Group("/internal"), app)             // /internal/api/inngest
	inngestecho.Mount(e, app, inngestecho.WithPath("hooks")) // /hooks

	for _, path := range []string{"/api/inngest", "/internal/api/inngest/", "/hooks"} {
		fmt.Println(path, request(e, http.MethodGet, path, "").Code)
	}
	// Output:
	// /api/inngest 200
	// /internal/api/inngest/ 200
	// /hooks 200
}

func Example_enqueue() {
	app, done := newApp()
	defer done()
	e := echo.New()
	e.Use(inngestecho.Middleware(app))

	e.POST("/users", func(c echo.Context) error {
		var user User
		if err := c.Bind(&user); err != nil {
			return inngestecho.Error(err)
		}
		if _, err := inngestecho.Enqueue(c, UserRegistered.New(user)); err != nil {
			return inngestecho.Error(err)
		}
		return c.JSON(http.StatusCreated, user) // leaves when the event is sent
	})

	fmt.Println(request(e, http.MethodPost, "/users", `{"email":"ada@example.com"}`).Code)
	done()
	fmt.Println(request(e, http.MethodPost, "/users", `{"email":"ada@example.com"}`).Code)
	// Output:
	// 201
	// 503
}

func Example_idempotency() {
	app, done := newApp()
	defer done()
	auth := func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Set("user", "ada")
			return next(c)
		}
	}
	e := echo.New()

	e.Use(auth, inngestecho.MiddlewareWithConfig(app, inngestecho.Config{
		IdempotencyPolicy: inngestkit.IdempotencyPolicy{}, // Body: true makes the body part of the key
		IdempotencyCaller: func(c echo.Context) string {
			user, _ := c.Get("user").(string)
			return user
		},
	}))

	e.POST("/", func(c echo.Context) error {
		_, err := inngestecho.Send(c, UserRegistered.New(User{Email: "ada@example.com"}))
		return inngestecho.Error(err)
	})
	fmt.Println(request(e, http.MethodPost, "/", "").Code)
	// Output: 200
}

func Example_goroutine() {
	app, done := newApp()
	defer done()
	sent := make(chan error, 1)
	e := echo.New()
	e.Use(inngestecho.Middleware(app))

	e.POST("/reports", func(c echo.Context) error {
		ctx := context.WithoutCancel(c.Request().Context())
		go func() {
			_, err := inngestkit.Send(ctx, UserRegistered.New(User{Email: "ada@example.com"}))
			sent <- err
		}()
		return c.NoContent(http.StatusAccepted)
	})

	fmt.Println(request(e, http.MethodPost, "/reports", "").Code, <-sent)
	// Output: 202 <nil>
}

type tenantKey struct{}

func Example_bridge() {
	app, done := newApp()
	defer done()
	e := echo.New()
	e.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Set("tenant", "acme")
			return next(c)
		}
	})

	e.Use(inngestecho.MiddlewareWithConfig(app, inngestecho.Config{
		Context: func(c echo.Context) context.Context {
			return context.WithValue(c.Request().Context(), tenantKey{}, c.Get("tenant"))
		},
	}))

	e.GET("/", func(c echo.Context) error {
		fmt.Println(c.Request().Context().Value(tenantKey{}))
		return nil
	})
	request(e, http.MethodGet, "/", "")
	// Output: acme
}

func Example_validator() {
	e := echo.New()
	e.Validator = inngestecho.Validator()

	e.POST("/users", func(c echo.Context) error {
		var user User
		if err := c.Bind(&user); err != nil {
			return inngestecho.Error(err)
		}
		if err := c.Validate(&user); err != nil {
			return inngestecho.Error(err) // 422 that names the fields
		}
		return c.JSON(http.StatusCreated, user)
	})

	fmt.Println(request(e, http.MethodPost, "/users", `{"email":"ada"}`).Code)
	// Output: 422
}

func Example_logger() {
	app, done := newApp()
	defer done()
	var log strings.Builder
	e := echo.New()

	e.Use(middleware.RequestLoggerWithConfig(middleware.RequestLoggerConfig{
		Skipper:   inngestecho.IsWebhook,
		LogURI:    true,
		LogStatus: true,
		LogValuesFunc: func(_ echo.Context, v middleware.RequestLoggerValues) error {
			_, err := fmt.Fprintln(&log, v.Status, v.URI)
			return err
		},
	}))

	inngestecho.Mount(e, app)
	request(e, http.MethodGet, "/api/inngest", "")
	fmt.Printf("%q\n", log.String())
	// Output: ""
}

func Example_auth() {
	app, done := newApp()
	defer done()
	e := echo.New()

	e.Use(
		middleware.KeyAuthWithConfig(middleware.KeyAuthConfig{Skipper: inngestecho.IsWebhook, Validator: validKey}),
		middleware.CSRFWithConfig(middleware.CSRFConfig{Skipper: inngestecho.IsWebhook}),
		inngestecho.Middleware(app),
	)
	inngestecho.Mount(e, app)

	e.GET("/orders", func(c echo.Context) error { return nil })
	fmt.Println(request(e, http.MethodGet, "/orders", "").Code, request(e, http.MethodGet, "/api/inngest", "").Code)
	// Output: 400 200
}

func validKey(key string, _ echo.Context) (bool, error) { return key == "secret", nil }

func Example_address() {
	app, err := inngestkit.New(inngestkit.Config{
		AppID:       "shop",
		ServeOrigin: "https://shop.example.com",
		ServePath:   "/shop/api/inngest",
	})
	fmt.Println(app != nil, err)
	// Output: true <nil>
}

func Example_health() {
	app, done := newApp()
	defer done()
	e := echo.New()

	e.GET("/ready", inngestecho.Health(app))
	e.GET("/live", inngestecho.Liveness(app))

	_ = app.Shutdown(context.Background())
	fmt.Println(request(e, http.MethodGet, "/ready", "").Code, request(e, http.MethodGet, "/live", "").Code)
	// Output: 503 200
}

// stop ends an app in order: calls first, then connections.
func stop(app *inngestkit.App, e *echo.Echo) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return errors.Join(app.Shutdown(ctx), e.Shutdown(ctx))
}

func Example_shutdown() {
	app, done := newApp()
	defer done()
	fmt.Println(stop(app, echo.New()))
	// Output: <nil>
}

var sendWelcome = UserRegistered.Function(inngestgo.FunctionOpts{ID: "send-welcome"},
	func(_ context.Context, in inngestgo.Input[User]) (any, error) {
		return "mail to " + in.Event.Data.Email, nil
	})

// newRouter returns the handler of the program.
func newRouter(app *inngestkit.App) *echo.Echo {
	e := echo.New()
	e.Use(inngestecho.Middleware(app))
	inngestecho.Mount(e, app)
	e.POST("/users", func(c echo.Context) error {
		var user User
		if err := c.Bind(&user); err != nil {
			return inngestecho.Error(err)
		}
		if _, err := inngestecho.Send(c, UserRegistered.New(user)); err != nil {
			return inngestecho.Error(err)
		}
		return c.NoContent(http.StatusCreated)
	})
	return e
}

func TestRegister(t *testing.T) {
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev})
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Register(sendWelcome); err != nil {
		t.Fatal(err)
	}
	env := inngesttest.New(t, app)
	env.UseRouter(newRouter(app))

	r := httptest.NewRequest(http.MethodPost, "/users", strings.NewReader(`{"email":"ada@example.com"}`))
	r.Header.Set("Content-Type", "application/json")
	w := env.Do(r)

	if w.Code != http.StatusCreated {
		t.Fatalf("the answer is %d %s", w.Code, w.Body)
	}
	run := env.LastRun("send-welcome")
	if got := inngesttest.Output[string](run); got != "mail to ada@example.com" {
		t.Errorf("the output is %q", got)
	}
}
