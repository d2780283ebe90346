package inngesttest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// chain returns two functions. The event that the first sends starts the second,
// which sends another.
func chain() []inngestkit.Source {
	return []inngestkit.Source{
		on(func(ctx context.Context, _ input) (any, error) {
			return step.Send(ctx, "create", OrderCreated.New(OrderData{OrderID: "o1"}).Event())
		}),
		inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "second"}, OrderCreated.Trigger(),
			func(ctx context.Context, in inngestgo.Input[OrderData]) (any, error) {
				return OrderConfirmed.Send(ctx, "confirm", in.Event.Data)
			}),
	}
}

func TestEventsAreCaptured(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, chain()...)
	env.Trigger(started()).RequireCompleted()
	equal(t, "order", inngesttest.RequireSent(env, OrderCreated).OrderID, "o1")
	equal(t, "sent", len(inngesttest.Sent(env, OrderCreated)), 1)
	inngesttest.RequireNotSent(env, Started) // the test sent it
	inngesttest.RequireNotSent(env, OrderCreated, func(d OrderData) bool { return d.OrderID == "o2" })
	equal(t, "runs of the second", len(env.Runs("second")), 0)

	drained := env.Drain()
	equal(t, "drained", len(drained), 2)
	equal(t, "first", drained[0].Name, "order.created")
	env.LastRun("second").RequireCompleted()
	inngesttest.RequireSent(env, OrderConfirmed)
	equal(t, "drained again", len(env.Drain()), 0)
}

func TestEventsAreDelivered(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, chain()...)
	env.Deliver(OrderCreated.Name())
	env.Trigger(started()).RequireCompleted()
	env.LastRun("second").RequireCompleted()
	equal(t, "events that were not delivered", len(env.Drain()), 1)

	all := inngesttest.Config{Deliver: true}.NewFunctions(t, chain()...)
	fromNow := inngesttest.NewFunctions(t, chain()...)
	fromNow.Deliver()
	for _, env := range []*inngesttest.Env{all, fromNow} {
		env.Trigger(started())
		env.LastRun("second").RequireCompleted()
		equal(t, "events that were not delivered", len(env.Drain()), 0)
	}
}

// TestRetriedStepSendsOnce retries a step that has sent an event. The event has the
// same id again, which Inngest accepts once.
func TestRetriedStepSendsOnce(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, on(func(ctx context.Context, in input) (any, error) {
		return step.Run(ctx, "send", func(ctx context.Context) (any, error) {
			return inngestkit.Send(ctx, OrderCreated.New(OrderData{OrderID: "o1"}))
		})
	}))
	env.Inject(inngesttest.LostResponse).AtStep("send")
	env.Trigger(started()).RequireCompleted()
	equal(t, "sent", len(inngesttest.Sent(env, OrderCreated)), 1)
}

// TestRequestToRun goes from a request to the application's router, by the event that
// it sends and the run that this starts, to the event that the run sends.
func TestRequestToRun(t *testing.T) {
	t.Parallel()
	newRouter := func(t *testing.T) (*inngestkit.App, http.Handler) {
		app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeCloud, SigningKey: "signkey-test-00", EventKey: "key"})
		if err != nil {
			t.Fatal(err)
		}
		if err := app.Register(chain()[1]); err != nil {
			t.Fatal(err)
		}
		mux := http.NewServeMux()
		inngesthttp.Mount(mux, app)
		mux.HandleFunc("POST /orders", func(w http.ResponseWriter, r *http.Request) {
			if _, err := inngestkit.Enqueue(r.Context(), OrderCreated.New(OrderData{OrderID: "o9"})); err != nil {
				inngesthttp.Error(w, r, err)
				return
			}
			w.WriteHeader(http.StatusCreated)
		})
		return app, inngesthttp.Middleware(app)(mux)
	}
	t.Run("in memory", func(t *testing.T) {
		t.Parallel()
		app, router := newRouter(t)
		env := inngesttest.New(t, app)
		env.UseRouter(router)
		res := env.Do(httptest.NewRequest(http.MethodPost, "/orders", nil))
		equal(t, "status", res.Code, http.StatusCreated)
		env.LastRun("second").RequireCompleted()
		inngesttest.RequireSent(env, OrderCreated)
		inngesttest.RequireSent(env, OrderConfirmed)
	})
	t.Run("over HTTP", func(t *testing.T) {
		t.Parallel()
		app, router := newRouter(t)
		env := inngesttest.New(t, app)
		env.UseRouter(router)
		server := env.StartServer()
		res, err := server.Client().Post(server.URL+"/orders", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		env.WaitUntilIdle()
		env.LastRun("second").RequireCompleted()
		inngesttest.RequireSent(env, OrderConfirmed)
	})
}

func TestSendResumesWait(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, waits("async.data.orderId == 'o1'"))
	run := env.Trigger(started())
	env.Send(OrderConfirmed.New(OrderData{OrderID: "o2"}))
	run.RequireWaiting("confirmed")
	env.Send(OrderConfirmed.New(OrderData{OrderID: "o1"}))
	run.RequireCompleted()
	env.Advance(30 * time.Minute)
}
