package inngestkit_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func TestDurableSend(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data   orderData
		script []roundTrip
		op     string
	}{
		"accepted":    {orderData{"o", 1}, nil, wire.OpStepRun},
		"invalid":     {orderData{"", 1}, nil, wire.OpStepFailed},
		"unreachable": {orderData{"o", 1}, []roundTrip{unreachable}, wire.OpStepError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := &eventAPI{script: c.script}
			h := newSender(t, api, inngestkit.Config{SendRetry: inngestkit.RetryPolicy{MaxAttempts: 1}}, fn(func(ctx context.Context, _ input) (any, error) {
				return orderCreated.Send(ctx, "announce", c.data, inngestkit.WithVersion("7"))
			}))
			op := ops(t, h.call(t, callOf{}))[0]
			if op.Op != c.op || op.ID != wire.HashStepID("announce", 0) {
				t.Errorf("reported %+v", op)
			}
			if c.op != wire.OpStepRun {
				return
			}
			var id string
			if err := json.Unmarshal(op.Data, &id); err != nil || id != sentIDs(api)[0] || api.sent[0].events[0].Version != "7" {
				t.Errorf("the step returned %s for %+v", op.Data, api.sent)
			}
			wantOutput(t, h.call(t, callOf{steps: map[string]string{"announce": `{"data":"id-1"}`}}), `"id-1"`)
		})
	}
}

// waiting waits for a basket and answers with the outcome.
func waiting(ctx context.Context, _ input) (any, error) {
	ev, err := basketFilled.Wait(ctx, "basket", 72*time.Hour, inngestkit.If("event.data.id == async.data.id"))
	if errors.Is(err, inngestkit.ErrWaitTimeout) && errors.Is(err, step.ErrEventNotReceived) {
		return "timeout", nil
	}
	if err != nil {
		return nil, err
	}
	return map[string]any{"name": ev.Name, "items": len(ev.Data.Items), "id": *ev.ID}, nil
}

func TestWait(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{}, fn(waiting))
	op := ops(t, h.call(t, callOf{}))[0]
	if op.Op != wire.OpWaitForEvent || string(op.Opts) != `{"event":"test/order.basket","if":"event.data.id == async.data.id","timeout":"3d"}` {
		t.Errorf("reported %s %s", op.Op, op.Opts)
	}
	met := func(result string) callOf { return callOf{steps: map[string]string{"basket": result}} }
	wantOutput(t, h.call(t, met("null")), `"timeout"`)
	wantOutput(t, h.call(t, met(`{"id":"e","name":"test/order.basket","data":{"items":[{"price":1}]}}`)), `{"id":"e","items":1,"name":"test/order.basket"}`)
	for event, field := range map[string]string{
		invalid:        "items[1].price: must be greater than 0",
		unfit:          "items[1].price: must be a number",
		basket("[]"):   "must be an object",
		basket("null"): "items",
	} {
		e := wantFailure(t, h.call(t, met(event)), http.StatusInternalServerError, "ValidationError", false)
		if !strings.Contains(e.Message, field) || strings.Contains(e.Message, "8675309") {
			t.Errorf("%q does not name %q", e.Message, field)
		}
	}
}
