package inngestkit_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// sentIDs are the ids of all events that reached the API, in order.
func sentIDs(api *eventAPI) []string {
	var all []string
	for _, s := range api.sent {
		for _, ev := range s.events {
			all = append(all, ev.ID)
		}
	}
	return all
}

func TestSendWithoutSender(t *testing.T) {
	t.Parallel()
	_, err := inngestkit.Send(t.Context(), goodOrder)
	if !errors.Is(err, inngestkit.ErrNoSender) || !strings.Contains(err.Error(), "Middleware") {
		t.Errorf("got %v", err)
	}
	if _, err = inngestkit.Send(inngestkit.WithSender(t.Context(), nil), goodOrder); !errors.Is(err, inngestkit.ErrNoSender) {
		t.Errorf("with a nil sender: %v", err)
	}
}

func TestSendInARequest(t *testing.T) {
	t.Parallel()
	api := &eventAPI{}
	h := newSender(t, api, inngestkit.Config{})
	ids, err := inngestkit.Send(inngestkit.WithSender(t.Context(), h.app.Sender()), goodOrder, order("own"))
	if err != nil || !slices.Equal(ids, []string{"test/order.created#0", "own"}) {
		t.Errorf("%q, %v", ids, err)
	}
	if got := sentIDs(api); !slices.Equal(got, []string{"", "own"}) {
		t.Errorf("ids were made up: %q", got)
	}
}

func TestSendOutsideAStep(t *testing.T) {
	t.Parallel()
	api := &eventAPI{}
	var err error
	h := newSender(t, api, inngestkit.Config{}, fn(func(ctx context.Context, in input) (any, error) {
		_, err = inngestkit.Send(ctx, goodOrder)
		return "done", nil
	}))
	ctx := inngestkit.WithSender(t.Context(), h.app.Sender()) // the webhook may lie behind Middleware
	h.serve(callOf{}.request(ctx))
	if !errors.Is(err, inngestkit.ErrOutsideStep) || !strings.Contains(err.Error(), `Send(ctx, "send-test/order.created", data)`) {
		t.Errorf("got %v", err)
	}
	if len(api.sent) != 0 {
		t.Error("it was sent")
	}
}

// loop sends in two steps with one id.
func loop(ctx context.Context, _ input) (any, error) {
	for range 2 {
		_, err := step.Run(ctx, "loop", func(ctx context.Context) (any, error) {
			if _, err := inngestkit.Send(ctx, goodOrder, goodOrder, untyped("test/other", nil), order("own")); err != nil {
				return nil, err
			}
			return inngestkit.Send(ctx, goodOrder)
		})
		if err != nil {
			return nil, err
		}
	}
	return "done", nil
}

func TestDerivedIDs(t *testing.T) {
	t.Parallel()
	send := func(c callOf) []string {
		api := &eventAPI{}
		h := newSender(t, api, inngestkit.Config{}, fn(loop))
		ops(t, h.call(t, c))
		ids := sentIDs(api)
		if len(ids) != 5 || ids[3] != "own" {
			t.Fatalf("sent %q", ids)
		}
		return ids
	}
	second := map[string]string{"loop": `{"data":null}`}
	calls := map[string]callOf{
		"first step":           {},
		"second step":          {steps: second},
		"other run":            {ctx: map[string]any{"run_id": "run-2"}},
		"targeted":             {target: "loop"},
		"targeted, other run":  {target: "loop", ctx: map[string]any{"run_id": "run-2"}},
		"targeted second step": {target: "loop:1", steps: second},
	}
	from := map[string]string{}
	for name, c := range calls {
		ids := send(c)
		retried := c
		if retried.ctx = map[string]any{"attempt": 3}; c.ctx != nil {
			retried.ctx["run_id"] = c.ctx["run_id"]
		}
		if diff := cmp.Diff(ids, send(retried)); diff != "" {
			t.Errorf("%s: a retry sends other ids (-first +retry)\n%s", name, diff)
		}
		for _, id := range append(ids[:3:3], ids[4]) {
			if other, ok := from[id]; ok || id == "" {
				t.Errorf("%s sends the id %q, as %s did", name, id, other)
			}
			from[id] = name
		}
	}
}

func TestParallelStepsSendDifferentIDs(t *testing.T) {
	t.Parallel()
	send := func(ev inngestkit.Event) func(context.Context) (any, error) {
		return func(ctx context.Context) (any, error) {
			return step.Run(ctx, "send", func(ctx context.Context) (any, error) { return inngestkit.Send(ctx, ev) })
		}
	}
	api := &eventAPI{}
	h := newSender(t, api, inngestkit.Config{}, fn(func(ctx context.Context, _ input) (any, error) {
		return nil, group.Parallel(ctx, send(goodOrder), send(&goodOrder)).AnyError()
	}))
	ops(t, h.call(t, callOf{target: "send"}))
	ops(t, h.call(t, callOf{target: "send:1"}))
	if ids := sentIDs(api); len(ids) != 2 || ids[0] == ids[1] {
		t.Errorf("sent %q", ids)
	}
}

func TestSDKStepsSendByOurRules(t *testing.T) {
	t.Parallel()
	h := func(api *eventAPI, handler inngestgo.SDKFunction[map[string]any]) *hook {
		return newSender(t, api, inngestkit.Config{Events: []inngestkit.Definition{orderCreated}, SendRetry: inngestkit.RetryPolicy{MaxAttempts: 1}}, fn(handler))
	}
	one := func(ev inngestgo.GenericEvent[orderData]) inngestgo.SDKFunction[map[string]any] {
		return func(ctx context.Context, _ input) (any, error) { return step.Send(ctx, "send", ev) }
	}
	many := func(ev ...inngestgo.Event) inngestgo.SDKFunction[map[string]any] {
		return func(ctx context.Context, _ input) (any, error) { return step.SendMany(ctx, "send", ev) }
	}
	valid := map[string]any{"orderId": "o", "total": 1}
	for name, c := range map[string]struct {
		handler inngestgo.SDKFunction[map[string]any]
		script  []roundTrip
		op      string
		sent    int
		message string
	}{
		"one":          {one(goodOrder), nil, wire.OpStepRun, 1, ""},
		"several":      {many(untyped("test/a", nil), untyped("test/order.created", valid)), nil, wire.OpStepRun, 2, ""},
		"none":         {many(), nil, wire.OpStepRun, 0, ""},
		"invalid":      {one(orderCreated.New(orderData{Total: 1})), nil, wire.OpStepFailed, 0, "orderId"},
		"invalid too":  {many(untyped("test/a", nil), untyped("test/order.created", nil)), nil, wire.OpStepFailed, 0, "events[1].orderId"},
		"without name": {many(untyped("", nil)), nil, wire.OpStepFailed, 0, "the event's name is empty"},
		"refused":      {one(goodOrder), refusing(1, http.StatusBadGateway), wire.OpStepError, 1, "status 502"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var ids [2][]string
			for i := range ids {
				api := &eventAPI{script: slices.Clone(c.script)}
				hook := h(api, c.handler)
				op := ops(t, hook.call(t, callOf{}))[0]
				if op.Op != c.op || c.message != "" && !strings.Contains(op.Error.Message, c.message) {
					t.Errorf("reported %+v %+v", op, op.Error)
				}
				ids[i] = sentIDs(api)
			}
			if len(ids[0]) != c.sent || slices.Contains(ids[0], "") || !slices.Equal(ids[0], ids[1]) {
				t.Errorf("sent %q, then %q", ids[0], ids[1])
			}
		})
	}
}
