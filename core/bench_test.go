package inngestkit_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// BenchmarkStoredSteps replays a function whose steps have all run, by the
// SDK alone and by this package, in one process.
func BenchmarkStoredSteps(b *testing.B) {
	for _, n := range []int{0, 100, 1000} {
		replay := func(ctx context.Context, _ input) (any, error) {
			for range n {
				if _, err := step.Run(ctx, "s", func(context.Context) (string, error) { return "", nil }); err != nil {
					return nil, err
				}
			}
			return "done", nil
		}
		bothSides(b, fmt.Sprintf("steps=%d", n), replay, callWithSteps(n))
	}
}

// BenchmarkBatch calls a function with a batch of 100 events of 1 KB each.
func BenchmarkBatch(b *testing.B) {
	event := `{"name":"test/started","data":{"text":"` + strings.Repeat("y", 1000) + `","n":1}}`
	events := strings.Repeat(event+",", 99) + event
	body := `{"ctx":{"attempt":0,"fn_id":"5d5f3bd0-0000-4000-8000-000000000000","run_id":"r"},"event":` + event + `,"events":[` + events + `],"steps":{}}`
	bothSides(b, "events=100", one, body)
}

// bothSides measures one function on the same bytes, by the SDK alone and by
// this package, in one process: one caller, then as many as there are cores.
func bothSides(b *testing.B, name string, handler inngestgo.SDKFunction[map[string]any], body string) {
	b.Helper()
	plain, ours := sides(b, handler, inngestkit.Config{})
	for _, side := range []struct {
		name string
		*hook
	}{{"plain", plain}, {"inngestkit", ours}} {
		call := func(b *testing.B, body string) {
			b.Helper()
			w := httptest.NewRecorder()
			side.handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/?fnId=shop-fn&stepId=step", strings.NewReader(body)))
			if w.Code != http.StatusOK {
				b.Error(w.Code, w.Body)
			}
		}
		b.Run(name+"/callers=1/sdk="+side.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				call(b, body)
			}
		})
		b.Run(name+"/callers=cores/sdk="+side.name, func(b *testing.B) {
			var callers atomic.Int64
			b.RunParallel(func(pb *testing.PB) {
				// Each caller has its own run, or it would wait for another's answer.
				body := strings.Replace(body, `"run_id":"r"`, fmt.Sprintf(`"run_id":"r%d"`, callers.Add(1)), 1)
				for pb.Next() {
					call(b, body)
				}
			})
		})
	}
}

// BenchmarkSoak makes calls of several shapes and reports how much the heap
// has grown between the first tenth of them and the last:
//
//	go test ./core -run '^$' -bench Soak -benchtime 1000000x
func BenchmarkSoak(b *testing.B) {
	h := newHook(b, inngestkit.Config{Logger: slog.New(slog.DiscardHandler)}, fn(interpret[map[string]any]))
	g := generator{rand.New(rand.NewPCG(1, 1))}
	requests, code := make([]callOf, 100), make([]program, 100)
	for i := range requests {
		code[i] = g.program()
		requests[i] = g.call("", code[i])
	}
	var early uint64
	for i := range b.N {
		run, kind := fmt.Sprint("soak", i), i%len(requests)
		programs.Store(run, code[kind])
		requests[kind].ctx["run_id"] = run
		h.serve(requests[kind].request(b.Context()))
		programs.Delete(run)
		if i == b.N/10 {
			early = liveHeap()
		}
	}
	b.ReportMetric(float64(liveHeap())-float64(early), "B-grown")
}

func liveHeap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// callWithSteps is a call with n stored results of 1 KB each.
func callWithSteps(n int) string {
	var steps strings.Builder
	for i := range n {
		if i > 0 {
			steps.WriteByte(',')
		}
		fmt.Fprintf(&steps, `"%s":{"data":"%s"}`, wire.HashStepID("s", i), strings.Repeat("x", 1000))
	}
	event := `{"name":"test/started","data":{"text":"` + strings.Repeat("y", 500) + `"}}`
	return `{"ctx":{"attempt":0,"fn_id":"5d5f3bd0-0000-4000-8000-000000000000","run_id":"r"},"event":` + event + `,"events":[` + event + `],"steps":{` + steps.String() + `}}`
}
