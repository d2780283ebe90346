package inngestkit_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// failed is the event that a server sends when a run of "shop-fn" has failed.
func failed(event, events string) callOf {
	return callOf{
		fn: "shop-fn-failure",
		event: fmt.Sprintf(`{"name":"inngest/function.failed","data":{
			"error":{"error":"x","name":"Error","message":"card declined","stack":"at pay"},
			"event":%s,"events":%s,"function_id":"shop-fn","run_id":"run-7","_inngest":{"status":"Failed"}}}`, event, events),
	}
}

func TestFailureHandler(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		call   callOf
		data   orderData
		events int
	}{
		"valid":             {failed(`{"name":"test/order.created","data":{"orderId":"o","total":3}}`, `[{"data":{}},{"data":{}}]`), orderData{"o", 3}, 2},
		"invalid":           {failed(`{"name":"test/order.created","data":{"total":-3}}`, `[]`), orderData{"", -3}, 0},
		"of the wrong type": {failed(`{"name":"test/order.created","data":{"orderId":"o","total":"3"}}`, `null`), orderData{"o", 0}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got inngestkit.Failure[orderData]
			h := newHook(t, inngestkit.Config{}, failing(func(_ context.Context, f inngestkit.Failure[orderData]) error {
				got = f
				return nil
			}))
			wantOutput(t, h.call(t, c.call), "null")
			want := inngestkit.Failure[orderData]{
				Event:      inngestgo.GenericEvent[orderData]{Name: "test/order.created", Data: c.data},
				Events:     make([]inngestgo.GenericEvent[orderData], c.events),
				Error:      inngestkit.FailureError{Name: "Error", Message: "card declined", Stack: "at pay"},
				FunctionID: "shop-fn", RunID: "run-7",
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if got.Error.Error() != "card declined" {
				t.Error(got.Error)
			}
		})
	}
}

// failing is a function on orders with every kind of flow control.
func failing(handler func(context.Context, inngestkit.Failure[orderData]) error) inngestkit.Function {
	return inngestkit.NewFunction(
		inngestgo.FunctionOpts{
			ID: "fn", Name: "Take payment", Retries: new(0),
			Concurrency: &inngestgo.ConfigConcurrency{Step: []inngestgo.ConfigStepConcurrency{{Limit: 1}}},
			Cancel:      []inngestgo.ConfigCancel{{Event: "test/order.cancelled"}},
		},
		orderCreated.Trigger(),
		func(context.Context, inngestgo.Input[orderData]) (any, error) { return nil, nil },
		inngestkit.WithOnFailure(handler),
	)
}

func TestFailureHandlerUsesStepsAndIsRetried(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{}, failing(func(ctx context.Context, f inngestkit.Failure[orderData]) error {
		_, err := step.Run(ctx, "refund", func(context.Context) (string, error) { return f.RunID, nil })
		if err != nil {
			return err
		}
		return fmt.Errorf("mail server is down")
	}))
	call := failed(valid, `[]`)
	if op := ops(t, h.call(t, call))[0]; op.Op != wire.OpStepRun || string(op.Data) != `"run-7"` {
		t.Errorf("reported %+v", op)
	}
	call.steps = map[string]string{"refund": `{"data":"run-7"}`}
	wantFailure(t, h.call(t, call), http.StatusInternalServerError, "Error", true)
}

func TestFailureHandlerAsRegistered(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{SigningKey: signingKey}, failing(func(context.Context, inngestkit.Failure[orderData]) error { return nil }))
	got := registered(t, h.app)["shop-fn-failure"]
	if got.Name != "Take payment (failure)" {
		t.Errorf("its name is %q", got.Name)
	}
	want := []wire.Trigger{{Event: "inngest/function.failed", Expression: `event.data.function_id == "shop-fn"`}}
	if diff := cmp.Diff(want, got.Triggers); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, option := range []string{"concurrency", "cancel"} {
		if strings.Contains(got.JSON, option) {
			t.Errorf("it shares %s: %s", option, got.JSON)
		}
	}
}
