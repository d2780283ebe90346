package inngestecho_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"

	"github.com/labstack/echo/v4"

	inngestecho "github.com/inngestkit/inngestkit/adapters/echo"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

// accepting is an Inngest that accepts every event. It numbers the events by
// their ids.
type accepting map[string]int

func (a accepting) RoundTrip(r *http.Request) (*http.Response, error) {
	var events []struct{ ID string }
	if err := json.NewDecoder(r.Body).Decode(&events); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	for _, event := range events {
		if _, again := a[event.ID]; !again {
			a[event.ID] = len(a) + 1
		}
		fmt.Println("Inngest received event", a[event.ID])
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"ids": make([]string, len(events)), "status": http.StatusOK})
	return w.Result(), nil
}

// newShop returns an app with that Inngest.
func newShop() *inngestkit.App {
	app, err := inngestkit.New(inngestkit.Config{
		AppID: "shop", Mode: inngestkit.ModeDev,
		HTTPClient: &http.Client{Transport: accepting{}}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		panic(err)
	}
	return app
}

func ExampleEnqueue() {
	app := newShop()
	e := echo.New()
	e.Use(inngestecho.Middleware(app))
	e.POST("/users/:name", func(c echo.Context) error {
		user := User{Email: c.Param("name") + "@example.com"}
		if _, err := inngestecho.Enqueue(c, UserRegistered.New(user)); err != nil {
			return inngestecho.Error(err)
		}
		if c.Param("name") == "bob" { // a later step of the handler fails
			return echo.ErrConflict
		}
		return c.NoContent(http.StatusCreated) // leaves when the event is sent
	})

	for _, path := range []string{"/users/ada", "/users/bob"} {
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, nil))
		fmt.Println(path, w.Code)
	}
	// Output:
	// Inngest received event 1
	// /users/ada 201
	// /users/bob 409
}

func ExampleConfig_idempotencyKey() {
	app := newShop()
	e := echo.New()
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc { // authentication
		return func(c echo.Context) error {
			c.Set("user", "ada")
			return next(c)
		}
	})
	e.Use(inngestecho.MiddlewareWithConfig(app, inngestecho.Config{
		IdempotencyCaller: func(c echo.Context) string {
			user, _ := c.Get("user").(string)
			return user
		},
	}))
	e.POST("/users", func(c echo.Context) error {
		_, err := inngestecho.Send(c, UserRegistered.New(User{Email: "ada@example.com"}))
		return inngestecho.Error(err)
	})

	for _, key := range []string{"k1", "k1", "k2"} { // the second request repeats the first
		r := httptest.NewRequest(http.MethodPost, "/users", nil)
		r.Header.Set("Idempotency-Key", key)
		e.ServeHTTP(httptest.NewRecorder(), r)
	}
	// Output:
	// Inngest received event 1
	// Inngest received event 1
	// Inngest received event 2
}

type tenantKey struct{}

func ExampleConfig_context() {
	app := newShop()
	e := echo.New()
	e.Use(inngestecho.MiddlewareWithConfig(app, inngestecho.Config{
		Context: func(c echo.Context) context.Context {
			return context.WithValue(c.Request().Context(), tenantKey{}, c.Request().Header.Get("X-Tenant"))
		},
	}))
	e.GET("/", func(c echo.Context) error {
		fmt.Println(c.Request().Context().Value(tenantKey{}))
		return nil
	})

	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("X-Tenant", "acme")
	e.ServeHTTP(httptest.NewRecorder(), r)
	// Output: acme
}

func ExampleError() {
	e := echo.New()
	e.Use(inngestecho.Middleware(newShop()))
	e.GET("/orders", func(c echo.Context) error {
		var page int
		if err := echo.QueryParamsBinder(c).Int("page", &page).BindError(); err != nil {
			return inngestecho.Error(err)
		}
		return inngestecho.Error(errors.New("no disk space on db-2")) // for the log, and not shown
	})

	for _, path := range []string{"/orders?page=one", "/orders?page=1"} {
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Print(w.Body)
	}
	// Output:
	// {"type":"about:blank","title":"Bad Request","status":400,"detail":"validation failed","errors":[{"path":"page","rule":"type","param":"integer","message":"must be an integer"}]}
	// {"type":"about:blank","title":"Internal Server Error","status":500}
}

func ExampleLiveness() {
	app := newShop()
	e := echo.New()
	e.GET("/ready", inngestecho.Health(app))
	e.GET("/live", inngestecho.Liveness(app))
	_ = app.Shutdown(context.Background())

	for _, path := range []string{"/ready", "/live"} {
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(path, w.Code)
	}
	// Output:
	// /ready 503
	// /live 200
}

func ExampleMount() {
	app := newShop()
	e := echo.New()
	inngestecho.Mount(e.Group("/internal"), app, inngestecho.WithPath("hooks"))

	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/internal/hooks", nil))
	fmt.Println(w.Code)
	// Output: 200
}

func ExampleHandler() {
	app := newShop()
	e := echo.New()
	e.POST("/hooks", inngestecho.Handler(app)) // calls only
	fmt.Println(len(e.Routes()))
	// Output: 1
}
