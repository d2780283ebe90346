package inngesttest_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

func stepsFn(n int) inngestkit.Function {
	return on(func(ctx context.Context, _ input) (any, error) {
		for i := range n {
			if _, err := do(ctx, fmt.Sprint("step-", i)); err != nil {
				return nil, err
			}
		}
		return "done", nil
	})
}

// benchmark runs a whole test each time, with an app, an engine, a run and the checks.
func benchmark(b *testing.B, test func(t testing.TB)) {
	b.Helper()
	for b.Loop() {
		if text := record(b, test); text != "" {
			b.Fatal(text)
		}
	}
}

func BenchmarkSteps(b *testing.B) {
	for _, n := range []int{5, 1000} {
		fn := stepsFn(n)
		for name, mocked := range map[string]bool{"real": false, "one mocked": true} {
			b.Run(fmt.Sprint(n, "/", name), func(b *testing.B) {
				benchmark(b, func(t testing.TB) {
					env := inngesttest.NewFunctions(t, fn)
					if mocked {
						env.Step("step-3").Returns("mocked")
					}
					env.Trigger(started()).RequireCompleted()
				})
			})
		}
	}
}

func BenchmarkSleep(b *testing.B) {
	for _, d := range []time.Duration{time.Second, 365 * 24 * time.Hour} {
		fn := on(func(ctx context.Context, _ input) (any, error) {
			step.Sleep(ctx, "sleep", d)
			return nil, nil
		})
		b.Run(d.String(), func(b *testing.B) {
			benchmark(b, func(t testing.TB) {
				env := inngesttest.NewFunctions(t, fn)
				run := env.Trigger(started())
				env.Advance(d)
				run.RequireCompleted()
			})
		})
	}
}
