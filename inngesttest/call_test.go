package inngesttest_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

func TestNewCall(t *testing.T) {
	t.Parallel()
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeCloud, SigningKey: "signkey-test-00", EventKey: "key"})
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Register(on(func(ctx context.Context, in input) (any, error) {
		a, err := do(ctx, "a")
		if in.InputCtx.Attempt == 4 {
			return nil, inngestgo.NoRetryError(errors.New("given up"))
		}
		return a, err
	})); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	inngesthttp.Mount(mux, app, inngesthttp.WithPath("/hooks/inngest"))
	call := func(options ...inngesttest.CallOption) inngesttest.Response {
		t.Helper()
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, inngesttest.NewCall(t, app, "fn", started(), options...))
		return inngesttest.ReadResponse(t, w)
	}

	first := call()
	equal(t, "status", first.Status, http.StatusPartialContent)
	equal(t, "step", first.Ops[0].Step+" "+first.Ops[0].Code+" "+string(first.Ops[0].Output), `a StepRun "did a"`)
	equal(t, "the planned step", call(inngesttest.WithTargetStep("a")).Ops[0].Code, "StepRun")

	last := call(inngesttest.WithStoredStep("a", "stored"))
	equal(t, "status", last.Status, http.StatusOK)
	equal(t, "output", string(last.Output), `"stored"`)

	failed := call(inngesttest.WithStoredStep("a", "stored"), inngesttest.WithAttempt(4))
	equal(t, "status", failed.Status, http.StatusInternalServerError)
	equal(t, "error", failed.Err.Message, "given up")
	equal(t, "that it is not retried", failed.NoRetry, true)

	r := inngesttest.NewCall(t, app, "shop-fn", started())
	r.Header.Del("X-Inngest-Signature")
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	equal(t, "status without a signature", w.Code, http.StatusUnauthorized)
}

// service has a method that is a function's handler.
type service struct{ charged []string }

func (s *service) charge(ctx context.Context, in inngestgo.Input[OrderData]) (any, error) {
	id, err := step.Run(ctx, "charge", func(context.Context) (string, error) {
		s.charged = append(s.charged, in.Event.Data.OrderID)
		return "p1", nil
	})
	if err != nil {
		return nil, err
	}
	if _, err := step.Send(ctx, "plain", OrderCreated.New(in.Event.Data).Event()); err != nil {
		return nil, err
	}
	return id, nil
}

func TestContext(t *testing.T) {
	t.Parallel()
	var s service
	ctx, in := inngesttest.Context(t, OrderCreated.New(OrderData{OrderID: "o1"}))
	out, err := s.charge(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "output", out, any("p1"))
	equal(t, "charges", len(s.charged), 1)
	inngesttest.RequireSent(inngesttest.RecorderOf(ctx), OrderCreated)
}

// TestContextRefusals checks that a handler that is called directly must send inside
// steps, and must take no step that needs a run.
func TestContextRefusals(t *testing.T) {
	t.Parallel()
	ctx, _ := inngesttest.Context(t, started())
	create := func(ctx context.Context) (any, error) {
		return inngestkit.Send(ctx, OrderCreated.New(OrderData{OrderID: "o1"}))
	}
	if _, err := create(ctx); !errors.Is(err, inngestkit.ErrOutsideStep) {
		t.Errorf("Send outside a step returns %v", err)
	}
	if _, err := step.Run(ctx, "create", create); err != nil {
		t.Errorf("Send in a step returns %v", err)
	}
	if _, err := OrderCreated.Send(ctx, "create-again", OrderData{OrderID: "o2"}); err != nil {
		t.Errorf("the durable form returns %v", err)
	}
	equal(t, "sent", len(inngesttest.Sent(inngesttest.RecorderOf(ctx), OrderCreated)), 2)

	for name, take := range map[string]func(context.Context){
		"Sleep":        func(ctx context.Context) { step.Sleep(ctx, "nap", time.Hour) },
		"WaitForEvent": func(ctx context.Context) { _, _ = OrderConfirmed.Wait(ctx, "confirmed", time.Hour) },
		"Invoke": func(ctx context.Context) {
			_, _ = step.Invoke[any](ctx, "call", step.InvokeOpts{FunctionId: "test-fn"})
		},
	} {
		text := record(t, func(t testing.TB) {
			ctx, _ := inngesttest.Context(t, started())
			take(ctx)
		})
		if !strings.Contains(text, "step."+name+", at inngesttest/call_test.go:") || !strings.Contains(text, "write inngesttest.NewFunctions(t, fn)") {
			t.Errorf("step.%s fails with %q", name, text)
		}
	}
}

func TestRecorder(t *testing.T) {
	t.Parallel()
	rec := inngesttest.NewRecorder(t)
	var sender inngestkit.Sender = rec
	ids, err := sender.Send(t.Context(), OrderCreated.New(OrderData{OrderID: "o1"}), OrderConfirmed.New(OrderData{OrderID: "o1"}, inngestkit.WithID("mine")))
	if err != nil || len(ids) != 2 {
		t.Fatal(ids, err)
	}
	if _, err := sender.Send(t.Context(), OrderCreated.New(OrderData{})); err == nil {
		t.Error("an invalid event was sent")
	}
	equal(t, "sent", len(inngesttest.Sent(rec, OrderCreated)), 1)
	equal(t, "id", *inngesttest.Sent(rec, OrderConfirmed)[0].ID, "mine")
	inngesttest.RequireNotSent(rec, Started)

	away := &inngestkit.SendError{Status: http.StatusServiceUnavailable, Retriable: true}
	rec.FailWith(away)
	if _, err := sender.Send(t.Context(), started()); !errors.Is(err, away) {
		t.Errorf("it returns %v", err)
	}
	ctx := inngestkit.WithSender(t.Context(), rec)
	rec.FailWith(nil)
	if _, err := inngestkit.Send(ctx, started()); err != nil {
		t.Error(err)
	}
	inngesttest.RequireSent(rec, Started)
}
