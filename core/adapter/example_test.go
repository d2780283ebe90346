package adapter_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

type Order struct {
	OrderID string `json:"orderId" validate:"required"`
}

var OrderCreated = inngestkit.DefineEvent[Order]("order.created")

func ExampleProblem() {
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev})
	if err != nil {
		panic(err)
	}
	_, err = app.Sender().Send(context.Background(), OrderCreated.New(Order{}))

	problem, known := adapter.Problem(err)
	fmt.Println(problem.Status, known, problem.Errors[0].Path)
	problem, known = adapter.Problem(errors.New("no disk space on db-2"))
	fmt.Println(problem.Status, known, problem.Title)
	// Output:
	// 422 true orderId
	// 500 false Internal Server Error
}

// middleware is the middleware of an adapter for net/http: it opens a scope for
// each request, and holds the answer until the request's events are sent.
func middleware(app *inngestkit.App, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, scope := adapter.OpenScope(app, r)
		hold := scope.Hold(w, r, nil)
		returned := false
		defer func() {
			if !returned {
				hold.Fail("its handler panicked")
			}
		}()
		next.ServeHTTP(hold, r)
		returned = true
		if err := hold.Finish(); err != nil {
			adapter.Answer(w, r, err, nil)
		}
	})
}

// A scope gives handlers a sender, and a Hold sends the events that they
// enqueue.
func ExampleScope_Hold() {
	app, err := inngestkit.New(inngestkit.Config{
		AppID: "shop", Mode: inngestkit.ModeDev,
		SendRetry:  inngestkit.RetryPolicy{MaxAttempts: 1},
		HTTPClient: &http.Client{Transport: noNetwork{}},
	})
	if err != nil {
		panic(err)
	}
	handler := middleware(app, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := inngestkit.Enqueue(r.Context(), OrderCreated.New(Order{OrderID: "o-1"})); err != nil {
			panic(err)
		}
		w.WriteHeader(http.StatusCreated)
	}))
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/orders", nil))
	fmt.Println(w.Code) // not 201, because the event is not sent
	// Output: 503
}

type noNetwork struct{}

func (noNetwork) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("no network")
}

func ExampleAnswer() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		_, err := strconv.Atoi(r.PathValue("id"))
		adapter.Answer(w, r, err, nil)
	})
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/orders/seven", nil))
	fmt.Println(w.Body)
	// Output:
	// {"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"validation failed","errors":[{"path":"id","rule":"type","param":"integer","message":"must be an integer"}]}
}

// An adapter turns an error that only its framework has into a ClientError.
func ExampleClientError() {
	framework := errors.New(`cannot bind "seven" to an int`)
	err := &adapter.ClientError{
		Status: http.StatusUnprocessableEntity,
		Fields: []adapter.FieldError{{Path: "page", Rule: "type", Message: "must be an integer"}},
		Err:    framework,
	}
	problem, known := adapter.Problem(err)
	fmt.Println(problem.Status, known, problem.Errors[0].Path, problem.Errors[0].Message)
	fmt.Println(errors.Is(err, framework))
	// Output:
	// 422 true page must be an integer
	// true
}

func ExampleElements() {
	missing := OrderCreated.Validate(Order{})
	err := adapter.Elements(func(yield func(int, error) bool) {
		_ = yield(1, missing) && yield(4, missing)
	})
	fmt.Println(err)
	// Output:
	// validation failed: [1].orderId: is a required field; [4].orderId: is a required field
}

// An adapter mounts the webhook with the framework's name and the route.
func ExampleHandler() {
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/api/inngest", adapter.Handler(app, adapter.WithFramework("bun"), adapter.WithRoute("/api/inngest")))

	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/inngest", nil))
	fmt.Println(w.Code, w.Header().Get("X-Inngest-Framework"))
	fmt.Println(adapter.Mounted(app, "/api/inngest/"), adapter.Mounted(app, "/hooks"))
	// Output:
	// 200 bun
	// true false
}

func ExampleRequire() {
	defer func() { fmt.Println(recover()) }()
	adapter.Require(nil, "inngestbun.Mount")
	// Output:
	// inngestbun.Mount was given a nil *inngestkit.App; pass the one that inngestkit.New returned without an error
}

func ExampleWithIdempotencyKey() {
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		panic(err)
	}
	enqueue := func(tenant, key string) string {
		r := httptest.NewRequest(http.MethodPost, "/orders", nil)
		r.Header.Set("Idempotency-Key", key)
		_, scope := adapter.OpenScope(app, r, adapter.WithIdempotencyKey(inngestkit.IdempotencyPolicy{}, func() string { return tenant }))
		defer scope.Drop("this is an example")
		ids, err := scope.Enqueue(OrderCreated.New(Order{OrderID: "o-1"}))
		if err != nil {
			panic(err)
		}
		return ids[0]
	}
	first := enqueue("acme", "k1")
	fmt.Println(first == enqueue("acme", "k1"), first == enqueue("acme", "k2"), first == enqueue("globex", "k1"))
	// Output: true false false
}
