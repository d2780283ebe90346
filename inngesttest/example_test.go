package inngesttest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// exampleT takes the place of a test's *testing.T in the examples.
type exampleT struct {
	testing.TB
	cleanups []func()
}

func (t *exampleT) Helper()                  {}
func (t *exampleT) Failed() bool             { return false }
func (t *exampleT) Output() io.Writer        { return io.Discard }
func (t *exampleT) Logf(string, ...any)      {}
func (t *exampleT) Context() context.Context { return context.Background() }
func (t *exampleT) Cleanup(f func())         { t.cleanups = append(t.cleanups, f) }
func (t *exampleT) Errorf(format string, args ...any) {
	fmt.Printf(format+"\n", args...)
}
func (t *exampleT) Fatalf(format string, args ...any) { t.Errorf(format, args...) }

func (t *exampleT) end() {
	for _, f := range t.cleanups {
		f()
	}
}

// processOrder charges a card and confirms the order a day later.
var processOrder = inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "process-order"}, OrderCreated.Trigger(),
	func(ctx context.Context, in inngestgo.Input[OrderData]) (any, error) {
		payment, err := step.Run(ctx, "charge-card", func(context.Context) (Payment, error) {
			return Payment{}, errors.New("no bank here")
		})
		if err != nil {
			return nil, err
		}
		step.Sleep(ctx, "cool-down", day)
		_, err = OrderConfirmed.Send(ctx, "confirm", in.Event.Data)
		return "confirmed by " + payment.ID, err
	})

var order = OrderCreated.New(OrderData{OrderID: "o1"})

func Example() {
	t := &exampleT{} // in a test, its *testing.T
	defer t.end()

	env := inngesttest.NewFunctions(t, processOrder)
	env.Step("charge-card").Returns(Payment{ID: "p1"})
	run := env.Trigger(order)
	env.Advance(24 * time.Hour)
	run.RequireCompleted()
	inngesttest.RequireSent(env, OrderConfirmed, func(d OrderData) bool { return d.OrderID == "o1" })

	fmt.Println(inngesttest.Output[string](run))
	// Output: confirmed by p1
}

func ExampleRun_Timeline() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.NewFunctions(t, processOrder)
	env.Step("charge-card").Fails(errors.New("the bank is away")).Times(2)
	env.Step("charge-card").Returns(Payment{ID: "p1"})
	run := env.Trigger(order)
	env.AdvanceToEnd(run)

	fmt.Println(run.Timeline())
	// Output:
	// process-order · order.created · Completed
	// TIME      STEP         ATTEMPT  OP         OUTPUT
	// 0s        charge-card  1        StepError  the bank is away (again at 10s)
	// 10s       charge-card  2        StepError  the bank is away (again at 40s)
	// 40s       charge-card  3        StepRun    {"ID":"p1"} (mock)
	// 40s       cool-down             Sleep      sleeps until 24h0m40s
	// 24h0m40s  cool-down             Sleep      woke
	// 24h0m40s  confirm      1        StepRun    "<id>"
	// 24h0m40s                        Completed  "confirmed by p1"
}

func ExampleEnv_RunStep() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.NewFunctions(t, processOrder)
	env.Step("charge-card").Returns(Payment{ID: "p1"})

	fmt.Println(inngesttest.Output[Payment](env.RunStep("charge-card", order)).ID)
	fmt.Println(string(env.RunStep("cool-down", order).Options()))
	// Output:
	// p1
	// {"duration":"1d"}
}

func ExampleFunction() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.NewFunctions(t, processOrder)
	run := env.Function("process-order").
		Stored("charge-card", Payment{ID: "p7"}).
		Stored("cool-down", nil).
		Trigger(order)

	fmt.Println(inngesttest.Output[string](run))
	// Output: confirmed by p7
}

func ExampleMock_Does() {
	t := &exampleT{}
	defer t.end()

	env := inngesttest.NewFunctions(t, processOrder)
	env.Step("charge-card").Does(func(in inngesttest.StepInput) (any, error) {
		if in.Attempt == 0 {
			return nil, errors.New("try again")
		}
		return Payment{ID: fmt.Sprint("payment of ", in.Event.Data["orderId"])}, nil
	})
	run := env.Trigger(order)

	fmt.Println(inngesttest.StepOutput[Payment](run, "charge-card").ID)
	// Output: payment of o1
}

// A request that a step leaves to the server is answered as the server would.
func ExampleMock_Returns_fetch() {
	t := &exampleT{}
	defer t.end()

	convert := inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "convert"}, OrderCreated.Trigger(),
		func(ctx context.Context, _ inngestgo.Input[OrderData]) (any, error) {
			res, err := step.Fetch[string](ctx, "get-rate", step.FetchOpts{URL: "https://rates.example.com/eur", Method: "GET"})
			return res.Body, err
		})
	env := inngesttest.NewFunctions(t, convert)
	env.Step("get-rate").Returns(step.FetchResponse[string]{StatusCode: 200, Body: `{"usd":1.1}`})
	run := env.Trigger(order)

	fmt.Println(inngesttest.Output[string](run))
	// Output: {"usd":1.1}
}

func ExampleEnv_Drain() {
	t := &exampleT{}
	defer t.end()

	ship := inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "ship"}, OrderConfirmed.Trigger(),
		func(_ context.Context, in inngestgo.Input[OrderData]) (any, error) {
			return "shipped " + in.Event.Data.OrderID, nil
		})
	env := inngesttest.NewFunctions(t, processOrder, ship)
	env.Step("charge-card").Returns(Payment{ID: "p1"})
	env.AdvanceToEnd(env.Trigger(order))
	fmt.Println("runs of ship before:", len(env.Runs("ship")))
	for _, ev := range env.Drain() {
		fmt.Println("delivered", ev.Name)
	}
	fmt.Println(inngesttest.Output[string](env.LastRun("ship")))
	// Output:
	// runs of ship before: 0
	// delivered order.confirmed
	// shipped o1
}

func ExampleEnv_Inject() {
	t := &exampleT{}
	defer t.end()

	charged := 0
	fn := on(func(ctx context.Context, _ input) (any, error) {
		return step.Run(ctx, "charge", func(context.Context) (int, error) { charged++; return charged, nil })
	})
	env := inngesttest.NewFunctions(t, fn)
	env.Inject(inngesttest.LostResponse).AtStep("charge")
	env.Trigger(started()).RequireCompleted()

	fmt.Println("charged", charged, "times: the step needs an idempotency key")
	// Output: charged 2 times: the step needs an idempotency key
}

func ExampleNewCall() {
	t := &exampleT{}
	defer t.end()

	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev})
	if err != nil {
		panic(err)
	}
	if err := app.Register(processOrder); err != nil {
		panic(err)
	}
	router := app.Handler() // or the application's own

	w := httptest.NewRecorder()
	router.ServeHTTP(w, inngesttest.NewCall(t, app, "process-order", order,
		inngesttest.WithStoredStep("charge-card", Payment{ID: "p1"}), inngesttest.WithStoredStep("cool-down", nil), inngesttest.WithStoredStep("confirm", "id")))
	answer := inngesttest.ReadResponse(t, w)

	fmt.Println(answer.Status, string(answer.Output))
	// Output: 200 "confirmed by p1"
}

func ExampleContext() {
	t := &exampleT{}
	defer t.end()

	var s service
	ctx, in := inngesttest.Context(t, order)
	payment, err := s.charge(ctx, in)

	fmt.Println(payment, err, s.charged)
	// Output: p1 <nil> [o1]
}

func ExampleRecorder() {
	t := &exampleT{}
	defer t.end()

	publish := func(ctx context.Context, sender inngestkit.Sender, id string) error {
		_, err := sender.Send(ctx, OrderCreated.New(OrderData{OrderID: id}))
		return err
	}
	rec := inngesttest.NewRecorder(t)
	fmt.Println(publish(t.Context(), rec, "o1"))
	fmt.Println(publish(t.Context(), rec, ""))
	fmt.Println(len(inngesttest.Sent(rec, OrderCreated)), "sent")
	// Output:
	// <nil>
	// validation failed: orderId: is a required field
	// 1 sent
}
