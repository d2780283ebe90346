package inngestkit_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

func TestAdoptWithOptions(t *testing.T) {
	t.Parallel()
	var got inngestkit.Failure[map[string]any]
	h := newHook(t, inngestkit.Config{SigningKey: signingKey}, inngestkit.Adopt(foreign("shop"),
		inngestkit.WithOnInvalid(inngestkit.InvalidSkip),
		inngestkit.WithOnFailure(func(_ context.Context, f inngestkit.Failure[map[string]any]) error {
			got = f
			return nil
		})))
	wantOutput(t, h.call(t, failed(valid, "[]")), "null")
	if got.Event.Name != "test/order.basket" || len(registered(t, h.app)) != 2 {
		t.Errorf("the failure handler was given %+v", got)
	}
	wantOutput(t, h.call(t, all(basket("[]"))), "null")
}

func TestAdoptedFunction(t *testing.T) {
	t.Parallel()
	client, err := inngestgo.NewClient(inngestgo.ClientOpts{AppID: "shop", Dev: new(true)})
	if err != nil {
		t.Fatal(err)
	}
	sdk, err := inngestgo.CreateFunction(client,
		inngestgo.FunctionOpts{ID: "fn", Name: "Count", Retries: new(2)},
		inngestgo.EventTrigger("test/order.basket", new("true")),
		func(ctx context.Context, in basketInput) (any, error) {
			return step.Run(ctx, "count", func(ctx context.Context) (any, error) { return count(ctx, in) })
		})
	if err != nil {
		t.Fatal(err)
	}
	h := newHook(t, inngestkit.Config{SigningKey: signingKey}, inngestkit.Adopt(sdk))

	if op := ops(t, h.call(t, all(valid, valid)))[0]; string(op.Data) != `[1,1,1]` {
		t.Errorf("the step's output is %s", op.Data)
	}
	memoised := all(valid)
	memoised.steps = map[string]string{"count": `{"data":[7]}`}
	wantOutput(t, h.call(t, memoised), `[7]`)
	for _, event := range []string{invalid, unfit} {
		if e := wantFailure(t, h.call(t, all(event)), http.StatusBadRequest, "ValidationError", false); !strings.Contains(e.Message, "items[1].price") {
			t.Error(e.Message)
		}
	}
	got := registered(t, h.app)["shop-fn"]
	if got.Name != "Count" || got.Triggers[0].Expression != "true" || got.Steps["step"].Retries.Attempts != 2 {
		t.Errorf("registered as %+v", got)
	}
}
