package adapter_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

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
			problem, _ := adapter.Problem(err)
			problem.ServeHTTP(w, r)
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
