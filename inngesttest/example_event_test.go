package inngesttest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/inngest/inngestgo"

	inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// confirmOrder confirms an order, and shipOrder ships a confirmed one.
var (
	confirmOrder = inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "confirm"}, OrderCreated.Trigger(),
		func(ctx context.Context, in inngestgo.Input[OrderData]) (any, error) {
			return OrderConfirmed.Send(ctx, "send", in.Event.Data)
		})
	shipOrder = inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "ship"}, OrderConfirmed.Trigger(),
		func(_ context.Context, in inngestgo.Input[OrderData]) (any, error) {
			return "shipped " + in.Event.Data.OrderID, nil
		})
)

func ExampleEnv_Deliver() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.NewFunctions(t, confirmOrder, shipOrder)
	env.Deliver(OrderConfirmed.Name())
	env.Trigger(order)

	fmt.Println(inngesttest.Output[string](env.LastRun("ship")))
	// Output: shipped o1
}

func ExampleRequireSent() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.NewFunctions(t, confirmOrder)
	env.Trigger(order)
	data := inngesttest.RequireSent(env, OrderConfirmed)
	inngesttest.RequireNotSent(env, OrderConfirmed, func(d OrderData) bool { return d.OrderID != "o1" })

	fmt.Println(data.OrderID)
	// Output: o1
}

func ExampleEnv_TriggerAll() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.NewFunctions(t, confirmOrder, remind)
	for _, run := range env.TriggerAll(order) {
		fmt.Println(run.Function(), run.Status())
	}
	env.LastRun("remind").RequireWaiting("confirmed")
	// Output:
	// confirm Completed
	// remind Running
}

// newRouter returns an application that creates orders.
func newRouter(app *inngestkit.App) http.Handler {
	mux := http.NewServeMux()
	inngesthttp.Mount(mux, app)
	mux.HandleFunc("POST /orders", func(w http.ResponseWriter, r *http.Request) {
		if _, err := inngesthttp.Send(r, order); err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		w.WriteHeader(http.StatusCreated)
	})
	return inngesthttp.Middleware(app)(mux)
}

func ExampleEnv_UseRouter() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.NewFunctions(t, confirmOrder)
	env.UseRouter(newRouter(env.App()))
	res := env.Do(httptest.NewRequest(http.MethodPost, "/orders", http.NoBody))
	env.LastRun("confirm").RequireCompleted()

	fmt.Println(res.Code)
	// Output: 201
}

func ExampleEnv_StartServer() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.NewFunctions(t, confirmOrder)
	env.UseRouter(newRouter(env.App()))
	server := env.StartServer()
	res, err := server.Client().Post(server.URL+"/orders", "application/json", http.NoBody)
	if err != nil {
		panic(err)
	}
	_ = res.Body.Close()
	env.WaitUntilIdle()
	env.LastRun("confirm").RequireCompleted()

	fmt.Println(res.StatusCode)
	// Output: 201
}

func ExampleRecorder_FailWith() {
	t := &exampleT{}
	defer t.end()

	rec := inngesttest.NewRecorder(t)
	rec.FailWith(&inngestkit.SendError{Status: http.StatusServiceUnavailable, Retriable: true})
	_, err := rec.Send(t.Context(), order)

	var failed *inngestkit.SendError
	fmt.Println(errors.As(err, &failed), failed.Retriable)
	// Output: true true
}
