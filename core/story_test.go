package inngestkit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/pkg/checkpoint"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/devserver"
)

// story is an app and a dev server, over real HTTP, from event to end of run.
type story struct {
	*testing.T
	app *inngestkit.App
	dev *devserver.Server
}

func newStory(t *testing.T, sources ...inngestkit.Source) *story {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	dev, err := devserver.Start(t.Context(), devserver.Config{
		Addr: "127.0.0.1:0", Logger: quiet,
		RetryBackoff: func(int) time.Duration { return time.Millisecond },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dev.Close() })
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", DevServerURL: dev.URL(), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Shutdown(context.Background()) })
	if err := app.Register(sources...); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(app.Handler())
	t.Cleanup(server.Close)
	if err := app.Sync(t.Context(), server.URL); err != nil {
		t.Fatal(err)
	}
	return &story{t, app, dev}
}

func (s *story) send(ev inngestkit.Event) string {
	s.Helper()
	ids, err := s.app.Sender().Send(s.Context(), ev)
	if err != nil {
		s.Fatal(err)
	}
	return ids[0]
}

// patience bounds every wait; only a failing test needs it.
const patience = time.Minute

type ranRun struct {
	ID     string          `json:"run_id"`
	Status string          `json:"status"`
	Output json.RawMessage `json:"output"`
}

// ended waits until every one of an event's n runs has ended.
func (s *story) ended(event string, n int) []ranRun {
	s.Helper()
	var body []byte
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		resp, err := http.Get(s.dev.URL() + "/v1/events/" + event + "/runs")
		if err != nil {
			s.Fatal(err)
		}
		body, _ = io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		var list struct{ Data []ranRun }
		if json.Unmarshal(body, &list) != nil || len(list.Data) != n {
			continue
		}
		if !strings.Contains(string(body), `"status":"Running"`) {
			return list.Data
		}
	}
	s.Fatalf("event %s has no %d ended runs: %s", event, n, body)
	return nil
}

// plays sends an event and checks what its only run comes to.
func (s *story) plays(ev inngestkit.Event, status, output string) {
	s.Helper()
	r := s.ended(s.send(ev), 1)[0]
	if r.Status != status || !strings.Contains(string(r.Output), output) {
		s.Errorf("the run is %s with %s, want %s with %s", r.Status, r.Output, status, output)
	}
}

var (
	anOrder   = orderData{OrderID: "o1", Total: 1}
	orderPaid = inngestkit.DefineEvent[orderData]("test/order.paid")
)

// onOrder declares a function on orderCreated.
func onOrder(id string, handler inngestgo.SDKFunction[orderData], options ...inngestkit.FunctionOption) inngestkit.Function {
	return inngestkit.NewFunction(inngestgo.FunctionOpts{ID: id, Retries: new(2)}, orderCreated.Trigger(), handler, options...)
}

func TestStoryWait(t *testing.T) {
	t.Parallel()
	waits := func(timeout time.Duration) inngestkit.Function {
		return onOrder("waits", func(ctx context.Context, _ inngestgo.Input[orderData]) (any, error) {
			paid, err := orderPaid.Wait(ctx, "payment", timeout, inngestkit.If("event.data.orderId == async.data.orderId"))
			if errors.Is(err, inngestkit.ErrWaitTimeout) {
				return "too late", nil
			}
			return paid.Data.Total, err
		})
	}
	newStory(t, waits(time.Millisecond)).plays(orderCreated.New(anOrder), "Completed", `"too late"`)

	s := newStory(t, waits(time.Minute))
	event := s.send(orderCreated.New(anOrder))
	done := make(chan []ranRun, 1)
	go func() { done <- s.ended(event, 1) }()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		// Sent until one comes after the wait was stored; the others, and all
		// of another order, resume nothing.
		s.send(orderPaid.New(orderData{OrderID: "another", Total: 7}))
		s.send(orderPaid.New(orderData{OrderID: "o1", Total: 42}))
		select {
		case runs := <-done:
			if r := runs[0]; r.Status != "Completed" || string(r.Output) != "42" {
				t.Errorf("the run is %s with %s", r.Status, r.Output)
			}
			return
		case <-tick.C:
		}
	}
}

func TestStoryParallelAndRetries(t *testing.T) {
	t.Parallel()
	var attempts, branch atomic.Int32
	s := newStory(t, onOrder("parallel", func(ctx context.Context, _ inngestgo.Input[orderData]) (any, error) {
		results := group.Parallel(ctx,
			func(ctx context.Context) (any, error) {
				return step.Run(ctx, "flaky", func(context.Context) (int, error) {
					if attempts.Add(1) < 3 {
						return 0, errors.New("again")
					}
					return 1, nil
				})
			},
			func(ctx context.Context) (any, error) {
				return step.Run(ctx, "steady", func(context.Context) (int32, error) { return branch.Add(1), nil })
			},
		)
		return fmt.Sprint(results[0].Value, results[1].Value), results.AnyError()
	}))
	s.plays(orderCreated.New(anOrder), "Completed", `"1 1"`)
	if attempts.Load() != 3 || branch.Load() != 1 {
		t.Errorf("the flaky step ran %d times, the steady one %d; want 3 and 1", attempts.Load(), branch.Load())
	}
}

func TestStoryFailure(t *testing.T) {
	t.Parallel()
	told := make(chan inngestkit.Failure[orderData], 1)
	s := newStory(t, onOrder("fails",
		func(context.Context, inngestgo.Input[orderData]) (any, error) { return nil, errors.New("no luck") },
		inngestkit.OnFailure(func(_ context.Context, f inngestkit.Failure[orderData]) error { told <- f; return nil }),
	))
	r := s.ended(s.send(orderCreated.New(anOrder)), 1)[0]
	if r.Status != "Failed" || !strings.Contains(string(r.Output), "no luck") {
		t.Errorf("the run is %s with %s", r.Status, r.Output)
	}
	if f := <-told; f.Event.Data != anOrder || f.RunID != r.ID || f.Error.Message != "no luck" || f.FunctionID != "shop-fails" {
		t.Errorf("the failure handler was told %+v", f)
	}
}

func TestStoryInvoke(t *testing.T) {
	t.Parallel()
	invokes := func(data map[string]any) inngestkit.Function {
		return inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "invokes"}, inngestgo.EventTrigger("test/go", nil),
			func(ctx context.Context, _ input) (any, error) {
				return step.Invoke[string](ctx, "ask", step.InvokeOpts{FunctionId: "shop-invoked", Data: data})
			})
	}
	invoked := onOrder("invoked", func(_ context.Context, in inngestgo.Input[orderData]) (any, error) { return in.Event.Data.OrderID, nil })
	start := inngestgo.Event{Name: "test/go"}
	newStory(t, invoked, invokes(map[string]any{"orderId": "o9", "total": 1})).plays(start, "Completed", `"o9"`)
	newStory(t, invoked, invokes(map[string]any{"orderId": "o9", "total": 0})).plays(start, "Failed", "total")
}

func TestStoryCheckpoint(t *testing.T) {
	t.Parallel()
	var ran atomic.Int32
	count := func(context.Context) (int32, error) { return ran.Add(1), nil }
	s := newStory(t, inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "fn", Checkpoint: checkpoint.ConfigSafe}, orderCreated.Trigger(),
		func(ctx context.Context, _ inngestgo.Input[orderData]) (any, error) {
			for range 3 {
				if _, err := step.Run(ctx, "count", count); err != nil {
					return nil, err
				}
			}
			step.Sleep(ctx, "nap", time.Millisecond)
			return step.Run(ctx, "last", count)
		}))
	s.plays(orderCreated.New(anOrder), "Completed", "4")
	if n := ran.Load(); n != 4 {
		t.Errorf("steps ran %d times, want 4", n)
	}
}

func TestStorySendInAStep(t *testing.T) {
	t.Parallel()
	var attempts, paid atomic.Int32
	s := newStory(t,
		onOrder("sends", func(ctx context.Context, _ inngestgo.Input[orderData]) (any, error) {
			return step.Run(ctx, "send", func(ctx context.Context) (any, error) {
				if _, err := inngestkit.Send(ctx, orderPaid.New(anOrder)); err != nil {
					return nil, err
				}
				if attempts.Add(1) < 3 {
					return nil, errors.New("after the send")
				}
				return "sent", nil
			})
		}),
		inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "paid"}, orderPaid.Trigger(),
			func(context.Context, inngestgo.Input[orderData]) (any, error) { return paid.Add(1), nil }),
	)
	s.plays(orderCreated.New(anOrder), "Completed", `"sent"`)
	s.plays(orderPaid.New(anOrder), "Completed", "2") // the step's three sends started one
}

// A run of 8 MB of state passes the size up to which state is sent with a
// call: the app fetches it, and each step runs once all the same.
func TestStoryLargeState(t *testing.T) {
	t.Parallel()
	const steps, size = 8, 1 << 20
	var ran atomic.Int32
	s := newStory(t, onOrder("large", func(ctx context.Context, _ inngestgo.Input[orderData]) (any, error) {
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
	}))
	s.plays(orderCreated.New(anOrder), "Completed", fmt.Sprint(steps*size))
	if n := ran.Load(); n != steps {
		t.Errorf("steps ran %d times, want %d", n, steps)
	}
}
