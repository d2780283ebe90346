package inngestkit_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
	"github.com/inngestkit/inngestkit/validate"
)

func ExampleSender() {
	app := newExampleApp()
	// In a request handler: inngestgin.Send(c, …), or inngestkit.Send(ctx, …).
	_, err := app.Sender().Send(context.Background(), InvoiceSent.New(InvoiceSentData{InvoiceID: "i-7"}))

	if invalid, ok := errors.AsType[*validate.Error](err); ok {
		for _, field := range invalid.Fields {
			fmt.Println(field.Path, field.Message)
		}
	}
	if failed, ok := errors.AsType[*inngestkit.SendError](err); ok && failed.Retriable {
		fmt.Println("Inngest is away: try again later")
	}
	// Output:
	// email is a required field
	// total must be greater than 0
}

// Outside of requests and functions, such as in a command, a context carries a
// sender to the code that calls Send.
func ExampleWithSender() {
	pay := func(ctx context.Context, invoice string) error {
		_, err := inngestkit.Send(ctx, InvoicePaid.New(InvoicePaidData{InvoiceID: invoice}))
		return err
	}

	t := &exampleT{} // in a test, its *testing.T
	defer t.end()
	sender := inngesttest.NewRecorder(t) // in a program, app.Sender()
	fmt.Println(pay(inngestkit.WithSender(context.Background(), sender), "i-7"))
	fmt.Println(len(inngesttest.Sent(sender, InvoicePaid)), "sent")
	fmt.Println(errors.Is(pay(context.Background(), "i-8"), inngestkit.ErrNoSender))
	// Output:
	// <nil>
	// 1 sent
	// true
}

// The events of a request are sent together when its handler has succeeded. The
// events of a handler that fails are dropped.
func ExampleEnqueue() {
	app := newExampleApp()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /invoices/{id}/pay", func(w http.ResponseWriter, r *http.Request) {
		ids, err := inngestkit.Enqueue(r.Context(), InvoicePaid.New(InvoicePaidData{InvoiceID: r.PathValue("id")}, inngestkit.WithID("paid-"+r.PathValue("id"))))
		if err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		if r.PathValue("id") != "i-7" { // found out only now
			http.NotFound(w, r)
			return
		}
		_, _ = fmt.Fprintf(w, "event %s", ids[0])
	})
	inngesthttp.Mount(mux, app)

	t := &exampleT{}
	defer t.end()
	env := inngesttest.New(t, app)
	env.UseRouter(inngesthttp.Middleware(app)(mux))
	for _, path := range []string{"/invoices/i-7/pay", "/invoices/i-8/pay"} {
		w := env.Do(httptest.NewRequest(http.MethodPost, path, nil))
		fmt.Println(w.Code, strings.TrimSpace(w.Body.String()), "-", len(inngesttest.Sent(env, InvoicePaid)), "sent so far")
	}
	// Output:
	// 200 event paid-i-7 - 1 sent so far
	// 404 404 page not found - 1 sent so far
}

// A client repeats a request with the same idempotency key. Its event has the
// same id each time, so it is one event. Another customer may use the same key.
func ExampleIdempotencyPolicy() {
	app := newExampleApp()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /invoices", func(w http.ResponseWriter, r *http.Request) {
		if _, err := inngesthttp.Send(r, anInvoice); err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		w.WriteHeader(http.StatusCreated)
	})
	inngesthttp.Mount(mux, app)
	customer := func(r *http.Request) string { return r.Header.Get("Customer") } // in a program, from the session

	t := &exampleT{}
	defer t.end()
	env := inngesttest.New(t, app)
	env.UseRouter(inngesthttp.Middleware(app, inngesthttp.WithIdempotencyKey(inngestkit.IdempotencyPolicy{}, customer))(mux))
	for _, c := range []string{"c-1", "c-1", "c-2"} {
		r := httptest.NewRequest(http.MethodPost, "/invoices", nil)
		r.Header.Set(inngestkit.DefaultIdempotencyHeader, "first-invoice")
		r.Header.Set("Customer", c)
		env.Do(r)
	}
	fmt.Println(len(inngesttest.Sent(env, InvoiceSent)), "events")
	// Output: 2 events
}

func ExampleRetryPolicy() {
	app, err := inngestkit.New(inngestkit.Config{
		AppID: "shop", Mode: inngestkit.ModeDev,
		SendRetry:  inngestkit.RetryPolicy{MaxAttempts: 3, InitialDelay: time.Millisecond, Backoff: inngestkit.BackoffFixed},
		HTTPClient: &http.Client{Transport: noNetwork{}},
	})
	if err != nil {
		panic(err)
	}
	_, err = app.Sender().Send(context.Background(), anInvoice)
	if failed, ok := errors.AsType[*inngestkit.SendError](err); ok {
		fmt.Println(failed.Attempts, "attempts; retriable:", failed.Retriable)
	}
	// Output: 3 attempts; retriable: true
}

type noNetwork struct{}

func (noNetwork) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("no network")
}
