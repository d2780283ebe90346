package inngesthttp_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"

	inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
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
	mux := http.NewServeMux()
	mux.HandleFunc("POST /users/{name}", func(w http.ResponseWriter, r *http.Request) {
		user := User{Email: r.PathValue("name") + "@example.com"}
		if _, err := inngesthttp.Enqueue(r, UserRegistered.New(user)); err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		if r.PathValue("name") == "bob" { // a later step of the handler fails
			w.WriteHeader(http.StatusConflict)
			return
		}
		w.WriteHeader(http.StatusCreated) // leaves when the event is sent
	})
	handler := inngesthttp.Middleware(app)(mux)

	for _, path := range []string{"/users/ada", "/users/bob"} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, nil))
		fmt.Println(path, w.Code)
	}
	// Output:
	// Inngest received event 1
	// /users/ada 201
	// /users/bob 409
}

func ExampleWithIdempotencyKey() {
	app := newShop()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /users", func(w http.ResponseWriter, r *http.Request) {
		_, err := inngesthttp.Send(r, UserRegistered.New(User{Email: "ada@example.com"}))
		inngesthttp.Error(w, r, err)
	})
	handler := inngesthttp.Middleware(app, inngesthttp.WithIdempotencyKey(
		inngestkit.IdempotencyPolicy{},
		func(r *http.Request) string { return r.Header.Get("X-User") }, // of a proxy that authenticates
	))(mux)

	for _, key := range []string{"k1", "k1", "k2"} { // the second request repeats the first
		r := httptest.NewRequest(http.MethodPost, "/users", nil)
		r.Header.Set("X-User", "ada")
		r.Header.Set("Idempotency-Key", key)
		handler.ServeHTTP(httptest.NewRecorder(), r)
	}
	// Output:
	// Inngest received event 1
	// Inngest received event 1
	// Inngest received event 2
}

func ExampleError() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders", func(w http.ResponseWriter, r *http.Request) {
		if _, err := strconv.Atoi(r.FormValue("page")); err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		inngesthttp.Error(w, r, errors.New("no disk space on db-2")) // log it: it is not shown
	})

	for _, path := range []string{"/orders?page=one", "/orders?page=1"} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(w.Body)
	}
	// Output:
	// {"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"validation failed","errors":[{"path":"page","rule":"type","param":"integer","message":"must be an integer"}]}
	// {"type":"about:blank","title":"Internal Server Error","status":500}
}

func ExampleLiveness() {
	app := newShop()
	mux := http.NewServeMux()
	mux.Handle("GET /ready", inngesthttp.Health(app))
	mux.Handle("GET /live", inngesthttp.Liveness(app))
	_ = app.Shutdown(context.Background())

	for _, path := range []string{"/ready", "/live"} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(path, w.Code)
	}
	// Output:
	// /ready 503
	// /live 200
}

func ExampleMount() {
	app := newShop()
	mux := http.NewServeMux()
	inngesthttp.Mount(mux, app, inngesthttp.WithPath("hooks"))

	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/hooks", nil))
	fmt.Println(w.Code)
	// Output: 200
}

func ExampleHandler() {
	app := newShop()
	mux := http.NewServeMux()
	mux.Handle("POST /hooks", inngesthttp.Handler(app)) // calls only

	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/hooks", nil))
	fmt.Println(w.Code)
	// Output: 405
}

type tenantKey struct{}

func ExampleWithContext() {
	app := newShop()
	middleware := inngesthttp.Middleware(app, inngesthttp.WithContext(func(r *http.Request) context.Context {
		return context.WithValue(r.Context(), tenantKey{}, r.Header.Get("X-Tenant"))
	}))
	h := middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Context().Value(tenantKey{}))
	}))

	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("X-Tenant", "acme")
	h.ServeHTTP(httptest.NewRecorder(), r)
	// Output: acme
}
