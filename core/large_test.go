package inngestkit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// Runs whose state passes the size up to which it is sent with a call end with
// each step executed once: the app fetches it.
func TestLargeStates(t *testing.T) {
	t.Parallel()
	const steps = 8
	for _, size := range []int{5 << 20 / steps, 30 << 20 / steps} {
		t.Run(fmt.Sprint(steps*size>>20, " MB"), func(t *testing.T) {
			t.Parallel()
			if testing.Short() && size > 1<<20 {
				t.Skip("it moves 240 MB")
			}
			var ran atomic.Int32
			newStory(t, onOrder("large", func(ctx context.Context, _ inngestgo.Input[orderData]) (any, error) {
				total := 0
				for range steps {
					part, err := step.Run(ctx, "part", func(context.Context) (string, error) {
						ran.Add(1)
						return strings.Repeat("x", size), nil
					})
					if err != nil {
						return nil, err
					}
					total += len(part)
				}
				return total, nil
			})).plays(orderCreated.New(anOrder), "Completed", fmt.Sprint(steps*size))
			if n := ran.Load(); n != steps {
				t.Errorf("steps ran %d times, want %d", n, steps)
			}
		})
	}
}

// A batch of 100 events, 6 MB together, is fetched and handed over whole.
func TestBatchOf100LargeEvents(t *testing.T) {
	t.Parallel()
	const events = 100
	batch := make([]string, events)
	for i := range batch {
		batch[i] = fmt.Sprintf(`{"name":"test/started","data":{"n":%d,"text":%q}}`, i, strings.Repeat("y", 64<<10))
	}
	stored := map[string]json.RawMessage{}
	api := newInngestAPI(t, func(r *http.Request) (int, string) {
		if strings.HasSuffix(r.URL.Path, "/batch") {
			return http.StatusOK, "[" + strings.Join(batch, ",") + "]"
		}
		body, _ := json.Marshal(stored)
		return http.StatusOK, string(body)
	})
	var ran atomic.Int32
	h := newHook(t, inngestkit.Config{DevServerURL: api.URL, HTTPClient: &http.Client{Timeout: patience}}, fn(func(ctx context.Context, in input) (any, error) {
		count := func(context.Context) (int, error) { ran.Add(1); return len(in.Events), nil }
		first, err := step.Run(ctx, "first", count)
		if err != nil {
			return nil, err
		}
		second, err := step.Run(ctx, "second", count)
		return fmt.Sprint(first+second, in.Events[events-1].Data["n"]), err
	}))
	for _, id := range []string{"first", "second"} {
		got := ops(t, h.serve(callLarge(t.Context(), large["in ctx"])))
		stored[wire.HashStepID(id, 0)] = json.RawMessage(`{"data":` + string(got[0].Data) + `}`)
	}
	wantOutput(t, h.serve(callLarge(t.Context(), large["in ctx"])), `"200 99"`)
	if n := ran.Load(); n != 2 {
		t.Errorf("two steps ran %d times", n)
	}
}

// An API that does not answer fails the call in time for Inngest to retry it.
func TestNothingRunsWhileTheAPIHangs(t *testing.T) {
	t.Parallel()
	hang := make(chan struct{})
	api := newInngestAPI(t, func(*http.Request) (int, string) { <-hang; return http.StatusOK, "{}" })
	t.Cleanup(func() { close(hang) })
	var ran atomic.Int32
	h := newHook(t, inngestkit.Config{DevServerURL: api.URL, HTTPClient: &http.Client{Timeout: shortTimeout}}, counted(&ran))
	wantFailure(t, h.serve(callLarge(t.Context(), large["in ctx"])), http.StatusInternalServerError, "StateUnavailable", true)
	if ran.Load() != 0 {
		t.Errorf("%d steps ran", ran.Load())
	}
}
