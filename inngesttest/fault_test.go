package inngesttest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// TestFaults runs two steps with a fault at the second. The run completes all the
// same, and no step runs more often than the fault requires.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		inject func(*inngesttest.Env)
		ran    string
		took   time.Duration
	}{
		"nothing":            {func(*inngesttest.Env) {}, "a,b", 0},
		"duplicate delivery": {func(e *inngesttest.Env) { e.Inject(inngesttest.DuplicateDelivery).AtStep("b") }, "a,b,b", 0},
		"lost response":      {func(e *inngesttest.Env) { e.Inject(inngesttest.LostResponse).AtStep("b") }, "a,b,b", 10 * time.Second},
		"lost twice":         {func(e *inngesttest.Env) { e.Inject(inngesttest.LostResponse).AtStep("b").Times(2) }, "a,b,b,b", 40 * time.Second},
		"another function":   {func(e *inngesttest.Env) { e.Inject(inngesttest.LostResponse).AtStep("b").In("other").Optional() }, "a,b", 0},
		"use_api":            {func(e *inngesttest.Env) { e.Inject(inngesttest.OmittedState) }, "a,b", 0},
		"context ends":       {func(e *inngesttest.Env) { e.Inject(inngesttest.EndedContext).AtStep("b").In("test-fn") }, "a,b", 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ran := ""
			env := inngesttest.NewFunctions(t, on(func(ctx context.Context, in input) (any, error) {
				out := ""
				for _, id := range []string{"a", "b"} {
					s, err := step.Run(ctx, id, func(context.Context) (string, error) { ran += "," + id; return id, nil })
					if err != nil {
						return nil, err
					}
					out += s
				}
				return fmt.Sprint(out, in.Event.Data["n"]), nil
			}))
			c.inject(env)
			equal(t, "output", inngesttest.Output[string](env.Trigger(started())), "ab1")
			equal(t, "steps that ran", ran, ","+c.ran)
			equal(t, "time", env.Elapsed(), c.took)
		})
	}
}

func TestFaultKind(t *testing.T) {
	t.Parallel()
	for kind, name := range map[inngesttest.FaultKind]string{
		0: "FaultKind(0)", inngesttest.DuplicateDelivery: "DuplicateDelivery", inngesttest.RefusedSends: "RefusedSends", inngesttest.RefusedSends + 1: "FaultKind(6)",
	} {
		equal(t, "the name", kind.String(), name)
	}
}

func TestRefusedSends(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
		return OrderCreated.Send(ctx, "create", OrderData{OrderID: "o1"})
	}))
	env.Inject(inngesttest.RefusedSends).In("fn").Status(http.StatusBadRequest)
	env.Trigger(started()).RequireCompleted()
	equal(t, "time", env.Elapsed(), 10*time.Second)
	inngesttest.RequireSent(env, OrderCreated)

	env.Inject(inngesttest.RefusedSends).Times(-1)
	var refused *inngestkit.SendError
	_, err := env.App().Sender().Send(t.Context(), OrderCreated.New(OrderData{OrderID: "o2"}))
	if !errors.As(err, &refused) || refused.Status != http.StatusServiceUnavailable {
		t.Errorf("the sender returns %v", err)
	}
}
