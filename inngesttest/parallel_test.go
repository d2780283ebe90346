package inngesttest_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// TestParallelTestsShareNothing runs a thousand tests of one function in parallel,
// each with its own clock, mocks, events and runs.
func TestParallelTestsShareNothing(t *testing.T) {
	t.Parallel()
	fn := on(func(ctx context.Context, in input) (any, error) {
		a, err := do(ctx, "a")
		if err != nil {
			return nil, err
		}
		step.Sleep(ctx, "nap", time.Hour)
		_, err = OrderCreated.Send(ctx, "create", OrderData{OrderID: fmt.Sprint(a, in.Event.Data["n"])})
		return a, err
	})
	tests := 1000
	if testing.Short() {
		tests = 50
	}
	for n := range tests {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			env := inngesttest.NewFunctions(t, fn)
			mock := fmt.Sprint("mock ", n, " ")
			env.Step("a").Returns(mock)
			run := env.Trigger(Started.New(map[string]any{"n": n})).RequireWaiting("nap")
			env.Advance(time.Duration(n)*time.Millisecond + time.Hour)
			equal(t, "output", inngesttest.Output[string](run), mock)
			equal(t, "runs", len(env.Runs()), 1)
			equal(t, "time", env.Elapsed(), time.Duration(n)*time.Millisecond+time.Hour)
			sent := inngesttest.Sent(env, OrderCreated)
			if len(sent) != 1 || sent[0].Data.OrderID != fmt.Sprint(mock, n) {
				t.Errorf("sent were %v", sent)
			}
		})
	}
}

// TestAppUnderTwoTests has tests that share an app, which is an error if they do so
// at the same time.
func TestAppUnderTwoTests(t *testing.T) { //nolint:tparallel // its subtests follow one another on purpose
	t.Parallel()
	app, err := inngestkit.New(inngestkit.Config{AppID: "shared", Mode: inngestkit.ModeDev})
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Register(on(func(context.Context, input) (any, error) { return "done", nil })); err != nil {
		t.Fatal(err)
	}
	t.Run("one after the other", func(t *testing.T) {
		for range 2 {
			t.Run("", func(t *testing.T) { inngesttest.New(t, app).Trigger(started()).RequireCompleted() })
		}
	})
	t.Run("at once", func(t *testing.T) {
		inngesttest.New(t, app)
		text := record(t, func(t testing.TB) { inngesttest.New(t, app) })
		if !strings.Contains(text, "create an app in each test") {
			t.Errorf("it says %q", text)
		}
	})
}

// TestClose creates one Env of an app after another in one test, as a benchmark does.
func TestClose(t *testing.T) {
	t.Parallel()
	app, err := inngestkit.New(inngestkit.Config{AppID: "shared", Mode: inngestkit.ModeDev})
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Register(on(func(ctx context.Context, _ input) (any, error) { return do(ctx, "a") })); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		env := inngesttest.New(t, app)
		env.Trigger(started()).RequireCompleted()
		env.Close()
	}
}

// TestEnvInSubtests has subtests that use their parent's Env.
func TestEnvInSubtests(t *testing.T) { //nolint:tparallel // its subtests follow one another on purpose
	t.Parallel()
	env := inngesttest.NewFunctions(t, waits(""))
	run := env.Trigger(started())
	t.Run("waits", func(*testing.T) { run.RequireWaiting("confirmed") })
	t.Run("goes on", func(*testing.T) {
		env.Send(OrderConfirmed.New(OrderData{OrderID: "o1"}))
		run.RequireCompleted()
	})
}

// TestFunctionsFromOutside sends from other goroutines, as request handlers do.
func TestFunctionsFromOutside(t *testing.T) {
	t.Parallel()
	var ran atomic.Int64
	env := inngesttest.NewFunctions(t, inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "fn"}, OrderCreated.Trigger(),
		func(context.Context, inngestgo.Input[OrderData]) (any, error) { ran.Add(1); return nil, nil }))
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := env.App().Sender().Send(t.Context(), OrderCreated.New(OrderData{OrderID: "o1"})); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	env.WaitUntilIdle()
	equal(t, "runs", ran.Load(), 50)
}

// FuzzOrders shows that an Env works in a fuzz target.
func FuzzOrders(f *testing.F) {
	f.Add("o1")
	f.Add("")
	f.Fuzz(func(t *testing.T, id string) {
		env := inngesttest.NewFunctions(t, chain()[1])
		run := env.Function("second").Trigger(OrderCreated.New(OrderData{OrderID: id}))
		if id == "" {
			run.RequireFailed("ValidationError")
			return
		}
		run.RequireCompleted()
		equal(t, "id", inngesttest.RequireSent(env, OrderConfirmed).OrderID, string([]rune(id))) // JSON knows only valid text
	})
}
