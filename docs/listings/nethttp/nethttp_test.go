// Package nethttp_test compiles the listings of docs/nethttp.md.
package nethttp_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/inngest/inngestgo"

	inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
	"github.com/inngestkit/inngestkit/validate"
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
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return w
}

func Example_mount() {
	app, done := newApp()
	defer done()
	mux := http.NewServeMux()

	inngesthttp.Mount(mux, app)                                // /api/inngest
	inngesthttp.Mount(mux, app, inngesthttp.WithPath("hooks")) // /hooks
	handler := inngesthttp.Middleware(app)(mux)

	for _, path := range []string{"/api/inngest", "/api/inngest/", "/hooks"} {
		fmt.Println(path, request(handler, http.MethodGet, path, "").Code)
	}
	// Output:
	// /api/inngest 200
	// /api/inngest/ 200
	// /hooks 200
}

func Example_prefix() {
	app, done := newApp()
	defer done()
	mux := http.NewServeMux()

	sub := http.NewServeMux()
	inngesthttp.Mount(sub, app)
	mux.Handle("/internal/", http.StripPrefix("/internal", sub)) // /internal/api/inngest

	fmt.Println(request(mux, http.MethodGet, "/internal/api/inngest", "").Code)
	// Output: 200
}

func Example_enqueue() {
	app, done := newApp()
	defer done()
	mux := http.NewServeMux()

	mux.HandleFunc("POST /users", func(w http.ResponseWriter, r *http.Request) {
		var user User
		if err := json.NewDecoder(r.Body).Decode(&user); err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		if _, err := inngesthttp.Enqueue(r, UserRegistered.New(user)); err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		w.WriteHeader(http.StatusCreated) // leaves when the event is sent
	})

	handler := inngesthttp.Middleware(app)(mux)
	fmt.Println(request(handler, http.MethodPost, "/users", `{"email":"ada@example.com"}`).Code)
	done()
	fmt.Println(request(handler, http.MethodPost, "/users", `{"email":"ada@example.com"}`).Code)
	// Output:
	// 201
	// 503
}

type userKey struct{}

func auth(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if password != "secret" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), userKey{}, user)))
	})
}

func Example_idempotency() {
	app, done := newApp()
	defer done()
	mux := http.NewServeMux()

	scope := inngesthttp.Middleware(app, inngesthttp.WithIdempotencyKey(
		inngestkit.IdempotencyPolicy{}, // Body: true makes the body part of the key
		func(r *http.Request) string {
			user, _ := r.Context().Value(userKey{}).(string)
			return user
		},
	))
	handler := auth(scope(mux))

	fmt.Println(request(handler, http.MethodPost, "/", "").Code)
	// Output: 401
}

func Example_goroutine() {
	app, done := newApp()
	defer done()
	sent := make(chan error, 1)
	mux := http.NewServeMux()

	mux.HandleFunc("POST /reports", func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithoutCancel(r.Context())
		go func() {
			_, err := inngestkit.Send(ctx, UserRegistered.New(User{Email: "ada@example.com"}))
			sent <- err
		}()
		w.WriteHeader(http.StatusAccepted)
	})

	fmt.Println(request(inngesthttp.Middleware(app)(mux), http.MethodPost, "/reports", "").Code, <-sent)
	// Output: 202 <nil>
}

type tenantKey struct{}

func Example_bridge() {
	app, done := newApp()
	defer done()
	mux := http.NewServeMux()

	scope := inngesthttp.Middleware(app, inngesthttp.WithContext(func(r *http.Request) context.Context {
		return context.WithValue(r.Context(), tenantKey{}, r.Header.Get("X-Tenant"))
	}))

	mux.HandleFunc("/", func(_ http.ResponseWriter, r *http.Request) {
		fmt.Printf("%q\n", r.Context().Value(tenantKey{}))
	})
	request(scope(mux), http.MethodGet, "/", "")
	// Output: ""
}

func Example_validate() {
	mux := http.NewServeMux()

	mux.HandleFunc("POST /users", func(w http.ResponseWriter, r *http.Request) {
		var user User
		err := json.NewDecoder(r.Body).Decode(&user)
		if err == nil {
			err = validate.Struct(&user)
		}
		if err != nil {
			inngesthttp.Error(w, r, err) // 422 that names the fields
			return
		}
		w.WriteHeader(http.StatusCreated)
	})

	fmt.Println(request(mux, http.MethodPost, "/users", `{"email":"ada"}`).Code)
	// Output: 422
}

func Example_auth() {
	app, done := newApp()
	defer done()
	api := http.NewServeMux()
	api.HandleFunc("GET /orders", func(http.ResponseWriter, *http.Request) {})

	mux := http.NewServeMux()
	inngesthttp.Mount(mux, app)                             // what wraps api does not see it
	mux.Handle("/", auth(inngesthttp.Middleware(app)(api))) // auth, CSRF, access logs, limits

	fmt.Println(request(mux, http.MethodGet, "/orders", "").Code, request(mux, http.MethodGet, "/api/inngest", "").Code)
	// Output: 401 200
}

// except makes middleware around mux that leaves the webhook alone.
func except(mux *http.ServeMux, middleware func(http.Handler) http.Handler) http.Handler {
	guarded := middleware(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if inngesthttp.IsWebhook(mux, r) {
			mux.ServeHTTP(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

func Example_except() {
	app, done := newApp()
	defer done()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders", func(http.ResponseWriter, *http.Request) {})

	inngesthttp.Mount(mux, app)
	handler := inngesthttp.Middleware(app)(except(mux, auth))

	fmt.Println(request(handler, http.MethodGet, "/orders", "").Code, request(handler, http.MethodGet, "/api/inngest", "").Code)
	// Output: 401 200
}

func Example_chi() {
	app, done := newApp()
	defer done()
	listOrders := func(http.ResponseWriter, *http.Request) {}

	r := chi.NewRouter()
	r.Use(middleware.Recoverer)
	inngesthttp.Mount(r, app)
	r.Group(func(r chi.Router) {
		r.Use(auth, inngesthttp.Middleware(app)) // not around the webhook
		r.Get("/orders", listOrders)
	})

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
	mux := http.NewServeMux()

	mux.Handle("GET /ready", inngesthttp.Health(app))
	mux.Handle("GET /live", inngesthttp.Liveness(app))

	_ = app.Shutdown(context.Background())
	fmt.Println(request(mux, http.MethodGet, "/ready", "").Code, request(mux, http.MethodGet, "/live", "").Code)
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

// newHandler returns the handler of the program.
func newHandler(app *inngestkit.App) http.Handler {
	mux := http.NewServeMux()
	inngesthttp.Mount(mux, app)
	mux.HandleFunc("POST /users", func(w http.ResponseWriter, r *http.Request) {
		var user User
		if err := json.NewDecoder(r.Body).Decode(&user); err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		if _, err := inngesthttp.Send(r, UserRegistered.New(user)); err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		w.WriteHeader(http.StatusCreated)
	})
	return inngesthttp.Middleware(app)(mux)
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
	env.UseRouter(newHandler(app))

	w := env.Do(httptest.NewRequest(http.MethodPost, "/users", strings.NewReader(`{"email":"ada@example.com"}`)))

	if w.Code != http.StatusCreated {
		t.Fatalf("the answer is %d %s", w.Code, w.Body)
	}
	run := env.LastRun("send-welcome")
	if got := inngesttest.Output[string](run); got != "mail to ada@example.com" {
		t.Errorf("the output is %q", got)
	}
}
