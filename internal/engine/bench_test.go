package engine_test

import (
	"context"
	"testing"

	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// BenchmarkRuns measures whole runs of a function with five steps, six calls
// each, through the real SDK in the same process.
func BenchmarkRuns(b *testing.B) {
	k := newKit(b, func(c *engine.Config) { c.Clock, c.Workers = engine.RealClock{}, 100 })
	k.on("five", func(ctx context.Context, _ input) (any, error) {
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			if _, err := step.Run(ctx, id, func(context.Context) (int, error) { return 1, nil }); err != nil {
				return nil, err
			}
		}
		return "done", nil
	})
	k.sync()
	const data = `{"userId":"u_1","email":"a@example.com"}`
	b.ReportAllocs()
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r, err := k.WaitRun(b.Context(), k.runsOf(k.send("go", data))[0])
			if err != nil || r.Status != engine.StatusCompleted {
				b.Error(err, r.Status)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "runs/s")
}
