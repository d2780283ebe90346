// Package gin_test compiles the listings of docs/gin.md.
package gin_test

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

	"github.com/gin-gonic/gin"
	"github.com/inngest/inngestgo"

	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
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
	gin.SetMode(gin.ReleaseMode)
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
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return w
}

func Example_mount() {
	app, done := newApp()
	defer done()
	r := gin.New()
	r.Use(gin.Recovery(), inngestgin.Middleware(app))

	inngestgin.Mount(r, app)                               // /api/inngest
	inngestgin.Mount(r.Group("/internal"), app)            // /internal/api/inngest
	inngestgin.Mount(r, app, inngestgin.WithPath("hooks")) // /hooks

	for _, path := range []string{"/api/inngest", "/internal/api/inngest/", "/hooks"} {
		fmt.Println(path, request(r, http.MethodGet, path, "").Code)
	}
	// Output:
	// /api/inngest 200
	// /internal/api/inngest/ 200
	// /hooks 200
}

func Example_enqueue() {
	app, done := newApp()
	defer done()
	r := gin.New()
	r.Use(inngestgin.Middleware(app))

	r.POST("/users", func(c *gin.Context) {
		var user User
		if err := c.ShouldBindJSON(&user); err != nil {
			inngestgin.Abort(c, err)
			return
		}
		if _, err := inngestgin.Enqueue(c, UserRegistered.New(user)); err != nil {
			inngestgin.Abort(c, err)
			return
		}
		c.JSON(http.StatusCreated, user) // leaves when the event is sent
	})

	fmt.Println(request(r, http.MethodPost, "/users", `{"email":"ada@example.com"}`).Code)
	done()
	fmt.Println(request(r, http.MethodPost, "/users", `{"email":"ada@example.com"}`).Code)
	// Output:
	// 201
	// 503
}

func Example_idempotency() {
	app, done := newApp()
	defer done()
	auth := func(c *gin.Context) { c.Set("user", "ada") }
	r := gin.New()

	r.Use(auth, inngestgin.Middleware(app, inngestgin.WithIdempotencyKey(
		inngestkit.IdempotencyPolicy{}, // Body: true makes the body part of the key
		func(c *gin.Context) string { return c.GetString("user") },
	)))

	r.POST("/", func(c *gin.Context) { _, _ = inngestgin.Send(c, UserRegistered.New(User{Email: "ada@example.com"})) })
	fmt.Println(request(r, http.MethodPost, "/", "").Code)
	// Output: 200
}

func Example_goroutine() {
	app, done := newApp()
	defer done()
	sent := make(chan error, 1)
	r := gin.New()
	r.Use(inngestgin.Middleware(app))

	r.POST("/reports", func(c *gin.Context) {
		ctx := context.WithoutCancel(c.Request.Context())
		go func() {
			_, err := inngestkit.Send(ctx, UserRegistered.New(User{Email: "ada@example.com"}))
			sent <- err
		}()
		c.Status(http.StatusAccepted)
	})

	fmt.Println(request(r, http.MethodPost, "/reports", "").Code, <-sent)
	// Output: 202 <nil>
}

type tenantKey struct{}

func Example_bridge() {
	app, done := newApp()
	defer done()
	r := gin.New()
	r.Use(func(c *gin.Context) { c.Set("tenant", "acme") })

	r.Use(inngestgin.Middleware(app, inngestgin.WithContext(func(c *gin.Context) context.Context {
		return context.WithValue(c.Request.Context(), tenantKey{}, c.GetString("tenant"))
	})))

	r.GET("/", func(c *gin.Context) { fmt.Println(c.Request.Context().Value(tenantKey{})) })
	request(r, http.MethodGet, "/", "")
	// Output: acme
}

type BoundUser struct {
	Email string `binding:"required,email" json:"email"`
}

var BoundUserRegistered = inngestkit.DefineEvent[BoundUser]("bound-user.registered", inngestkit.WithTag("binding"))

func Example_binding() {
	if err := inngestgin.UseBinding(); err != nil { // once, before the first request
		panic(err)
	}
	r := gin.New()
	r.POST("/", func(c *gin.Context) {
		var user BoundUser
		if err := c.ShouldBindJSON(&user); err != nil {
			inngestgin.Abort(c, err)
		}
	})
	w := request(r, http.MethodPost, "/", `{"email":"ada"}`)
	fmt.Println(w.Code, w.Body)
	fmt.Println(BoundUserRegistered.Validate(BoundUser{Email: "ada"}))
	// Output:
	// 422 {"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"validation failed","errors":[{"path":"email","rule":"email","message":"must be a valid email address"}]}
	// validation failed: email: must be a valid email address
}

func Example_logger() {
	app, done := newApp()
	defer done()
	var log strings.Builder
	r := gin.New()

	r.Use(gin.LoggerWithConfig(gin.LoggerConfig{Skip: inngestgin.IsWebhook, Output: &log}))

	inngestgin.Mount(r, app)
	request(r, http.MethodGet, "/api/inngest", "")
	fmt.Printf("%q\n", log.String())
	// Output: ""
}

// except makes middleware that leaves the webhook alone.
func except(h gin.HandlerFunc) gin.HandlerFunc {
	return func(c *gin.Context) {
		if !inngestgin.IsWebhook(c) {
			h(c)
		}
	}
}

func Example_auth() {
	app, done := newApp()
	defer done()
	auth := gin.BasicAuth(gin.Accounts{"ada": "secret"})
	r := gin.New()

	r.Use(except(auth), inngestgin.Middleware(app))
	inngestgin.Mount(r, app)

	r.GET("/orders", func(c *gin.Context) {})
	fmt.Println(request(r, http.MethodGet, "/orders", "").Code, request(r, http.MethodGet, "/api/inngest", "").Code)
	// Output: 401 200
}

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
	r := gin.New()

	r.GET("/ready", inngestgin.Health(app))
	r.GET("/live", inngestgin.Liveness(app))

	_ = app.Shutdown(context.Background())
	fmt.Println(request(r, http.MethodGet, "/ready", "").Code, request(r, http.MethodGet, "/live", "").Code)
	// Output: 503 200
}

// stop ends an app in order: calls first, then connections.
func stop(app *inngestkit.App, server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return errors.Join(app.Shutdown(ctx), server.Shutdown(ctx))
}

func Example_shutdown() {
	app, done := newApp()
	defer done()
	fmt.Println(stop(app, &http.Server{ReadHeaderTimeout: time.Second}))
	// Output: <nil>
}

var sendWelcome = UserRegistered.Function(inngestgo.FunctionOpts{ID: "send-welcome"},
	func(_ context.Context, in inngestgo.Input[User]) (any, error) {
		return "mail to " + in.Event.Data.Email, nil
	})

// newRouter returns the handler of the program.
func newRouter(app *inngestkit.App) *gin.Engine {
	r := gin.New()
	r.Use(inngestgin.Middleware(app))
	inngestgin.Mount(r, app)
	r.POST("/users", func(c *gin.Context) {
		var user User
		if err := c.ShouldBindJSON(&user); err != nil {
			inngestgin.Abort(c, err)
			return
		}
		if _, err := inngestgin.Send(c, UserRegistered.New(user)); err != nil {
			inngestgin.Abort(c, err)
			return
		}
		c.Status(http.StatusCreated)
	})
	return r
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

	w := env.Do(httptest.NewRequest(http.MethodPost, "/users", strings.NewReader(`{"email":"ada@example.com"}`)))

	if w.Code != http.StatusCreated {
		t.Fatalf("the answer is %d %s", w.Code, w.Body)
	}
	run := env.LastRun("send-welcome")
	if got := inngesttest.Output[string](run); got != "mail to ada@example.com" {
		t.Errorf("the output is %q", got)
	}
}
