package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// planFirst makes the app plan every step before it runs.
func planFirst(_ string, ctx *wire.CallContext) { ctx.DisableImmediateExecution = true }

// answering mocks each step with the answer that f returns for its name, index and
// attempt.
func answering(f func(engine.StepCall) *engine.StepAnswer) func(engine.StepCall) func() engine.StepAnswer {
	return func(s engine.StepCall) func() engine.StepAnswer {
		a := f(s)
		if a == nil {
			return nil
		}
		return func() engine.StepAnswer { return *a }
	}
}

func stepError(message string) *wire.StepError {
	return &wire.StepError{Name: "Error", Message: message, Data: json.RawMessage("null")}
}

func TestMock(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(c *engine.Config) {
		c.Hooks.Call = planFirst
		c.Hooks.Mock = answering(func(s engine.StepCall) *engine.StepAnswer {
			switch fmt.Sprint(s.Name, s.Index, s.Attempt) {
			case "twice0 0":
				return &engine.StepAnswer{Data: json.RawMessage(`"first"`)}
			case "flaky0 0":
				return &engine.StepAnswer{Err: stepError("not yet"), RetryAt: start.Add(time.Hour)}
			case "flaky0 1":
				return &engine.StepAnswer{Err: stepError("still not"), NoRetry: true}
			case "wait0 0":
				return &engine.StepAnswer{Data: json.RawMessage(`{"name":"go","data":{"n":7}}`)}
			case "call0 0":
				return &engine.StepAnswer{Err: stepError("nobody there")}
			}
			return nil
		})
	})
	var ran []string
	run := func(ctx context.Context, id string) (string, error) {
		return step.Run(ctx, id, func(context.Context) (string, error) { ran = append(ran, id); return "real", nil })
	}
	k.on("fn", func(ctx context.Context, _ input) (any, error) {
		first, _ := run(ctx, "twice")
		second, _ := run(ctx, "twice")
		_, flaky := run(ctx, "flaky")
		ev, _ := step.WaitForEvent[inngestgo.GenericEvent[map[string]any]](ctx, "wait", step.WaitForEventOpts{Event: "go", Timeout: time.Hour})
		_, call := step.Invoke[any](ctx, "call", step.InvokeOpts{FunctionId: "shop-nobody"})
		return fmt.Sprint(first, " ", second, " ", flaky, " ", ev.Data["n"], " ", call), nil
	})
	k.sync()
	r := k.play(`{}`)
	want(t, r, `"first real still not 7 nobody there"`)
	if diff := cmp.Diff([]string{"twice"}, ran); diff != "" {
		t.Errorf("steps that ran (-want +got):\n%s", diff)
	}
	if got := r.Ended.Sub(start); got != time.Hour {
		t.Errorf("the run took %v, want the hour until the retry", got)
	}
}

func TestMockOfRequest(t *testing.T) {
	t.Parallel()
	fn := func(ctx context.Context, _ input) (any, error) {
		res, err := step.Fetch[string](ctx, "get", step.FetchOpts{URL: "http://nowhere.test"})
		return res.Body, err
	}
	k := newKit(t)
	k.on("fn", fn)
	k.sync()
	wantFailed(t, k.play(`{}`), "this server makes none")

	k = newKit(t, func(c *engine.Config) {
		c.Hooks.Mock = answering(func(engine.StepCall) *engine.StepAnswer {
			return &engine.StepAnswer{Data: json.RawMessage(`{"body":"hello","status_code":200}`)}
		})
	})
	k.on("fn", fn)
	k.sync()
	want(t, k.play(`{}`), `"hello"`)
}

func TestStop(t *testing.T) {
	t.Parallel()
	for name, wantLeft := range map[string]string{"a": `{"data":1}`, "nap": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var left engine.StepCall
			k := newKit(t, func(c *engine.Config) {
				c.Hooks.Stop = func(s engine.StepCall) bool { left = s; return s.Name == name }
			})
			k.on("fn", func(ctx context.Context, _ input) (any, error) {
				_, _ = step.Run(ctx, "a", func(context.Context) (int, error) { return 1, nil })
				step.Sleep(ctx, "nap", time.Hour)
				return nil, errors.New("it went on")
			})
			k.sync()
			if r := k.play(`{}`); r.Status != engine.StatusCancelled {
				t.Errorf("the run is %s", r.Status)
			}
			if left.Name != name || string(left.Result) != wantLeft {
				t.Errorf("it stopped at %q with %s", left.Name, left.Result)
			}
		})
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(c *engine.Config) {
		c.Hooks.Order = func(n int) []int { return []int{2, 0, 1}[:n] }
	})
	var ran []string
	branch := func(id string) func(context.Context) (any, error) {
		return func(ctx context.Context) (any, error) {
			return step.Run(ctx, id, func(context.Context) (any, error) { ran = append(ran, id); return nil, nil })
		}
	}
	k.on("fn", func(ctx context.Context, _ input) (any, error) {
		return nil, group.Parallel(ctx, branch("a"), branch("b"), branch("c")).AnyError()
	})
	k.sync()
	want(t, k.play(`{}`), `null`)
	if diff := cmp.Diff([]string{"c", "a", "b"}, ran); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.on("fn", func(ctx context.Context, in input) (any, error) {
		out, err := step.Run(ctx, "a", func(context.Context) (string, error) { return "real", nil })
		return fmt.Sprint(out, " ", len(in.Events), " ", in.InputCtx.Attempt, " ", in.Event.Name), err
	})
	k.sync()
	id, err := k.Start(engine.StartRequest{
		Function: "shop-fn", Events: []wire.Event{{Name: wire.EventCronTick}, {Name: "go"}},
		Steps: []engine.StoredStep{{Name: "a", Result: json.RawMessage(`{"data":"stored"}`)}}, Attempt: 3,
	})
	if err != nil {
		t.Fatal(err)
	}
	want(t, k.end(id), `"stored 2 3 inngest/scheduled.timer"`)
	if _, err := k.Start(engine.StartRequest{Function: "shop-nobody", Events: []wire.Event{{Name: "go"}}}); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("an unknown function gives %v", err)
	}
}

func TestNextRetry(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.on("fn", func(context.Context, input) (any, error) { return nil, errors.New("not yet") })
	k.sync()
	if _, ok := k.NextRetry(); ok {
		t.Error("there is a retry before there was a run")
	}
	k.send("go", `{}`)
	k.rest()
	if at, ok := k.NextRetry(); !ok || !at.Equal(start.Add(10*time.Second)) {
		t.Errorf("the next retry is at %v (%t)", at, ok)
	}
	k.clock.Advance(time.Second)
	later := k.start(`{}`)
	if at, ok := k.NextRetry(); !ok || !at.Equal(start.Add(10*time.Second)) {
		t.Errorf("with a later one, the next retry is at %v (%t)", at, ok)
	}
	for _, r := range k.Runs(engine.RunQuery{}).Runs {
		if r.ID != later {
			if err := k.Cancel(r.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	if at, ok := k.NextRetry(); !ok || !at.Equal(start.Add(11*time.Second)) {
		t.Errorf("without the cancelled run, the next retry is at %v (%t)", at, ok)
	}
}

// TestLastStep checks a run that takes its thousandth step.
func TestLastStep(t *testing.T) {
	t.Parallel()
	for _, end := range []bool{false, true} {
		t.Run(fmt.Sprint(end), func(t *testing.T) {
			t.Parallel()
			k := newKit(t, func(c *engine.Config) { c.LetLastStepEnd = end })
			k.on("fn", func(ctx context.Context, _ input) (any, error) {
				return step.Run(ctx, "last", func(context.Context) (string, error) { return "last", nil })
			})
			k.sync()
			stored := make([]engine.StoredStep, wire.MaxSteps-1)
			for i := range stored {
				stored[i] = engine.StoredStep{Name: "stored", Index: i, Result: json.RawMessage(`{"data":null}`)}
			}
			id, err := k.Start(engine.StartRequest{Function: "shop-fn", Events: []wire.Event{{Name: "go"}}, Steps: stored})
			if err != nil {
				t.Fatal(err)
			}
			if r := k.end(id); end {
				want(t, r, `"last"`)
			} else {
				wantFailed(t, r, "exceeded the step limit")
			}
		})
	}
}
