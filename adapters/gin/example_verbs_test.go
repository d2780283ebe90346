package inngestgin_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/gin-gonic/gin"

	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
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
	r := gin.New()
	r.Use(inngestgin.Middleware(app))
	r.POST("/users/:name", func(c *gin.Context) {
		user := User{Email: c.Param("name") + "@example.com"}
		if _, err := inngestgin.Enqueue(c, UserRegistered.New(user)); err != nil {
			inngestgin.Abort(c, err)
			return
		}
		if c.Param("name") == "bob" { // a later step of the handler fails
			c.Status(http.StatusConflict)
			return
		}
		c.Status(http.StatusCreated) // leaves when the event is sent
	})

	for _, path := range []string{"/users/ada", "/users/bob"} {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, nil))
		fmt.Println(path, w.Code)
	}
	// Output:
	// Inngest received event 1
	// /users/ada 201
	// /users/bob 409
}

func ExampleWithIdempotencyKey() {
	app := newShop()
	r := gin.New()
	r.Use(func(c *gin.Context) { c.Set("user", "ada") }) // authentication
	r.Use(inngestgin.Middleware(app, inngestgin.WithIdempotencyKey(
		inngestkit.IdempotencyPolicy{},
		func(c *gin.Context) string { return c.GetString("user") },
	)))
	r.POST("/users", func(c *gin.Context) {
		if _, err := inngestgin.Send(c, UserRegistered.New(User{Email: "ada@example.com"})); err != nil {
			inngestgin.Abort(c, err)
		}
	})

	for _, key := range []string{"k1", "k1", "k2"} { // the second request repeats the first
		req := httptest.NewRequest(http.MethodPost, "/users", nil)
		req.Header.Set("Idempotency-Key", key)
		r.ServeHTTP(httptest.NewRecorder(), req)
	}
	// Output:
	// Inngest received event 1
	// Inngest received event 1
	// Inngest received event 2
}

func ExampleAbort() {
	r := gin.New()
	r.GET("/orders", func(c *gin.Context) {
		var query struct {
			Page int `form:"page"`
		}
		if err := c.ShouldBindQuery(&query); err != nil {
			inngestgin.Abort(c, err)
			return
		}
		inngestgin.Abort(c, errors.New("no disk space on db-2")) // logged, and not shown
	})

	for _, path := range []string{"/orders?page=one", "/orders?page=1"} {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(w.Body)
	}
	// Output:
	// {"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"validation failed","errors":[{"path":"page","rule":"type","param":"integer","message":"must be an integer"}]}
	// {"type":"about:blank","title":"Internal Server Error","status":500}
}

type tenantKey struct{}

func ExampleWithContext() {
	app := newShop()
	r := gin.New()
	r.Use(func(c *gin.Context) { c.Set("tenant", "acme") })
	r.Use(inngestgin.Middleware(app, inngestgin.WithContext(func(c *gin.Context) context.Context {
		return context.WithValue(c.Request.Context(), tenantKey{}, c.GetString("tenant"))
	})))
	r.GET("/", func(c *gin.Context) { fmt.Println(c.Request.Context().Value(tenantKey{})) })

	r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	// Output: acme
}

func ExampleLiveness() {
	app := newShop()
	r := gin.New()
	r.GET("/ready", inngestgin.Health(app))
	r.GET("/live", inngestgin.Liveness(app))
	_ = app.Shutdown(context.Background())

	for _, path := range []string{"/ready", "/live"} {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(path, w.Code)
	}
	// Output:
	// /ready 503
	// /live 200
}

func ExampleMount() {
	app := newShop()
	r := gin.New()
	inngestgin.Mount(r.Group("/internal"), app, inngestgin.WithPath("hooks"))

	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/internal/hooks", nil))
	fmt.Println(w.Code)
	// Output: 200
}

func ExampleHandler() {
	app := newShop()
	r := gin.New()
	r.POST("/hooks", inngestgin.Handler(app)) // calls only
	fmt.Println(len(r.Routes()))
	// Output: 1
}

func ExampleUseBinding() {
	if err := inngestgin.UseBinding(); err != nil { // once, before the first request
		panic(err)
	}
	r := gin.New()
	r.POST("/users", func(c *gin.Context) {
		var users []struct {
			Email string `binding:"required,email" json:"email"`
		}
		inngestgin.Abort(c, c.ShouldBindJSON(&users))
	})

	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/users", strings.NewReader(`[{"email":"ada@example.com"},{"email":"bob"}]`)))
	fmt.Println(w.Body)
	// Output:
	// {"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"validation failed","errors":[{"path":"[1].email","rule":"email","message":"must be a valid email address"}]}
}
