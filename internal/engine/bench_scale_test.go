package engine_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// plainApp answers calls as an SDK does, with as little work as possible: "go" takes
// five steps, "sleep" sleeps for a day, and "wait" waits for "paid" with the same
// order.
func plainApp(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set(wire.HeaderSDK, "test:v1")
	done := 0
	if _, rest, ok := bytes.Cut(body, []byte(`"current":`)); ok {
		done, _ = strconv.Atoi(string(rest[:bytes.IndexByte(rest, '}')]))
	}
	op := `{"id":"s","op":"Sleep","opts":{"duration":"1d"}}`
	switch r.URL.Query().Get("fnId") {
	case "shop-sleep":
	case "shop-wait":
		op = `{"id":"w","op":"WaitForEvent","opts":{"event":"paid","timeout":"1d","if":"event.data.order == async.data.order"}}`
	default:
		if done == 5 {
			_, _ = io.WriteString(w, `"done"`)
			return
		}
		op = fmt.Sprintf(`{"id":"step-%d","op":"StepRun","data":%d}`, done, done)
	}
	w.WriteHeader(http.StatusPartialContent)
	_, _ = io.WriteString(w, "["+op+"]")
}

// newScale returns an engine with the plain app and n more functions, which the
// event "go" does not start.
func newScale(b *testing.B, functions int) *kit {
	b.Helper()
	k := newKit(b, func(c *engine.Config) {
		c.Clock, c.Workers, c.Transport = engine.RealClock{}, 100, engine.InProcess(http.HandlerFunc(plainApp))
	})
	app := rawApp("shop-go", `[{"event":"go"}]`)
	for _, name := range []string{"sleep", "wait"} {
		app.Functions = append(app.Functions, rawApp("shop-"+name, `[{"event":"`+name+`"}]`).Functions...)
	}
	for i := range functions {
		app.Functions = append(app.Functions, rawApp(fmt.Sprint("shop-", i), fmt.Sprintf(`[{"event":"event-%d"}]`, i)).Functions...)
	}
	if _, err := k.Register(app); err != nil {
		b.Fatal(err)
	}
	return k
}

// fill starts n runs by an event and waits until they rest.
func (k *kit) fill(event string, n int) {
	k.Helper()
	for sent := 0; sent < n; {
		events := make([]wire.Event, min(1000, n-sent))
		for i := range events {
			events[i] = wire.Event{Name: event, Data: fmt.Appendf(nil, `{"order":%d}`, sent+i)}
		}
		if _, err := k.Send("", events...); err != nil {
			k.Fatal(err)
		}
		sent += len(events)
		k.rest()
	}
}

// BenchmarkScale measures whole runs of five steps in an engine that holds much
// else. The figures should all be the same.
func BenchmarkScale(b *testing.B) {
	for _, beside := range []struct {
		name      string
		functions int
		event     string
		runs      int
	}{
		{"nothing", 0, "", 0},
		{"finished=20000", 0, "go", 20_000},
		{"sleeping=100000", 0, "sleep", 100_000},
		{"waiting=100000", 0, "wait", 100_000},
		{"functions=1000", 1000, "", 0},
	} {
		b.Run("beside="+beside.name, func(b *testing.B) {
			k := newScale(b, beside.functions)
			k.fill(beside.event, beside.runs)
			b.ReportAllocs()
			for b.Loop() {
				r, err := k.WaitRun(b.Context(), k.runsOf(k.send("go", `{"userId":"u_1"}`))[0])
				if err != nil || r.Status != engine.StatusCompleted {
					b.Fatal(err, r.Status)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "runs/s")
		})
	}
}

// BenchmarkWaits measures an event that matches none of many waits for its name.
func BenchmarkWaits(b *testing.B) {
	for _, waiting := range []int{100, 100_000} {
		b.Run(fmt.Sprint("waiting=", waiting), func(b *testing.B) {
			k := newScale(b, 0)
			k.fill("wait", waiting)
			for b.Loop() {
				k.send("paid", `{"order":-1}`)
			}
		})
	}
}

// BenchmarkMemory measures the heap of runs.
func BenchmarkMemory(b *testing.B) {
	for event, runs := range map[string]int{"go": 10_000, "sleep": 100_000} {
		b.Run(event, func(b *testing.B) {
			for b.Loop() {
				k := newScale(b, 0)
				before := heap()
				k.fill(event, runs)
				b.ReportMetric(float64(heap()-before)/float64(runs), "B/run")
				k.Close()
			}
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkLists measures a page of many runs.
func BenchmarkLists(b *testing.B) {
	for name, q := range map[string]engine.RunQuery{
		"latest": {}, "failed": {Status: engine.StatusFailed}, "search": {Search: strings.Repeat("z", 8)},
	} {
		b.Run(name, func(b *testing.B) {
			k := newScale(b, 0)
			k.fill("sleep", 50_000)
			for b.Loop() {
				k.Runs(q)
			}
		})
	}
}
