package inngesttest_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// limited returns a function with options. Its output is the number of its events.
func limited(opts inngestgo.FunctionOpts) inngestkit.Function {
	opts.ID = "fn"
	return inngestkit.NewFunction(opts, Started.Trigger(), func(ctx context.Context, in input) (any, error) {
		step.Sleep(ctx, "nap", time.Hour)
		return len(in.Events), nil
	})
}

func TestBatch(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, limited(inngestgo.FunctionOpts{BatchEvents: &inngestgo.ConfigBatchEvents{MaxSize: 3, Timeout: time.Minute}}))
	env.Send(started(), started())
	equal(t, "runs before the batch is full", len(env.Runs()), 0)
	env.Send(started(), started())
	env.Advance(time.Hour)
	equal(t, "events of the full batch", inngesttest.Output[int](env.Runs("fn")[0]), 3)
	env.Advance(time.Minute)
	equal(t, "events of the other", inngesttest.Output[int](env.LastRun("fn")), 1)
}

func TestDebounce(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, limited(inngestgo.FunctionOpts{Debounce: &inngestgo.ConfigDebounce{Period: time.Minute}}))
	env.Send(started())
	env.Advance(50 * time.Second)
	env.Send(started())
	env.Advance(50 * time.Second)
	equal(t, "runs within a minute of the latest", len(env.Runs()), 0)
	env.Advance(10 * time.Second)
	env.LastRun("fn").RequireWaiting("nap")
}

func TestThrottle(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, limited(inngestgo.FunctionOpts{Throttle: &inngestgo.ConfigThrottle{Limit: 1, Period: time.Minute}}))
	first, second := env.Trigger(started()), env.Trigger(started())
	first.RequireWaiting("nap")
	equal(t, "status of the second", second.RequireWaiting().Status(), inngesttest.Scheduled)
	env.AdvanceToEnd(second)
	equal(t, "time", env.Elapsed(), time.Hour+time.Minute)
	first.RequireCompleted()
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, limited(inngestgo.FunctionOpts{RateLimit: &inngestgo.ConfigRateLimit{Limit: 1, Period: time.Minute}}))
	env.Send(started(), started())
	equal(t, "runs within the limit", len(env.Runs("fn")), 1)
	env.Advance(time.Minute)
	env.Send(started())
	equal(t, "runs a minute later", len(env.Runs("fn")), 2)
}

func TestSingleton(t *testing.T) {
	t.Parallel()
	skips := inngesttest.NewFunctions(t, limited(inngestgo.FunctionOpts{Singleton: inngestkit.Singleton(inngestkit.SingletonSkip, "")}))
	run := skips.Trigger(started())
	skips.Send(started())
	equal(t, "runs", len(skips.Runs("fn")), 1)
	run.RequireWaiting("nap")
	skips.AdvanceToEnd(run)
	skips.Trigger(started()).RequireWaiting("nap")

	cancels := inngesttest.NewFunctions(t, limited(inngestgo.FunctionOpts{Singleton: inngestkit.Singleton(inngestkit.SingletonCancel, "")}))
	first, second := cancels.Trigger(started()), cancels.Trigger(started())
	first.RequireCancelled()
	second.RequireWaiting("nap")
}

// TestConcurrency has runs wait for each other, in the order of their priority.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	priority := "event.data.n"
	var order []any // one run at a time writes to it
	env := inngesttest.NewFunctions(t, inngestkit.NewFunction(inngestgo.FunctionOpts{
		ID: "fn", Priority: &inngestgo.ConfigPriority{Run: &priority},
		Concurrency: &inngestgo.ConfigConcurrency{Step: []inngestgo.ConfigStepConcurrency{{Limit: 1}}},
	}, Started.Trigger(), func(ctx context.Context, in input) (any, error) {
		return step.Run(ctx, "write", func(context.Context) (any, error) {
			order = append(order, in.Event.Data["n"])
			return nil, nil
		})
	}))
	env.Send(Started.New(map[string]any{"n": 1}), Started.New(map[string]any{"n": 2}), Started.New(map[string]any{"n": 3}))
	equal(t, "order", fmt.Sprint(order), "[3 2 1]")
}

func TestCancelledByEvent(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, limited(inngestgo.FunctionOpts{Cancel: []inngestgo.ConfigCancel{{Event: OrderConfirmed.Name()}}}))
	run := env.Trigger(started()).RequireWaiting("nap")
	env.Send(OrderConfirmed.New(OrderData{OrderID: "o1"}))
	run.RequireCancelled()
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, limited(inngestgo.FunctionOpts{Timeouts: &inngestgo.ConfigTimeouts{Finish: new(30 * time.Minute)}}))
	run := env.Trigger(started())
	env.Advance(time.Hour)
	run.RequireCancelled()
}

func TestSignal(t *testing.T) {
	t.Parallel()
	fn := on(func(ctx context.Context, _ input) (any, error) {
		res, err := step.WaitForSignal[string](ctx, "approved", step.WaitForSignalOpts{Signal: "approval", Timeout: time.Hour})
		if err != nil {
			res.Data = err.Error()
		}
		return res.Data, nil
	})
	env := inngesttest.NewFunctions(t, fn)
	run := env.Trigger(started()).RequireWaiting("approved")
	env.Signal("approval", "yes")
	equal(t, "output", inngesttest.Output[string](run), "yes")

	mocked := inngesttest.NewFunctions(t, fn)
	mocked.Step("approved").Returns("mocked").Once()
	mocked.Step("approved").Fails(step.ErrSignalNotReceived)
	equal(t, "output of the mock", inngesttest.Output[string](mocked.Trigger(started())), "mocked")
	equal(t, "output of the timeout", inngesttest.Output[string](mocked.Trigger(started())), "signal not received")
}
