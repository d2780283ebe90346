package inngestkit_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

func ended(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

func TestShutdownWaitsForSends(t *testing.T) {
	t.Parallel()
	arrived, accept := make(chan struct{}), make(chan struct{})
	api := &eventAPI{}
	h := newHook(t, inngestkit.Config{EventKey: eventKey, HTTPClient: &http.Client{Transport: blocking{api, arrived, accept}}}, fn(one))
	sent := make(chan error, 1)
	go func() { _, err := h.app.Sender().Send(t.Context(), goodOrder); sent <- err }()
	<-arrived

	left, ok := errors.AsType[*inngestkit.ShutdownError](h.app.Shutdown(ended(t)))
	if !ok || left.Unfinished != (inngestkit.Unfinished{Sends: 1}) || !errors.Is(left, context.Canceled) {
		t.Errorf("Shutdown left a send behind and said %v", left)
	}
	over := make(chan error, 1)
	go func() { over <- h.app.Shutdown(t.Context()) }()
	close(accept)
	if err := errors.Join(<-sent, <-over); err != nil {
		t.Error(err)
	}
}

// blocking holds requests back until they may go on.
type blocking struct {
	api              *eventAPI
	arrived, proceed chan struct{}
}

func (b blocking) RoundTrip(r *http.Request) (*http.Response, error) {
	close(b.arrived)
	<-b.proceed
	return b.api.RoundTrip(r)
}

func TestShutdownWaitsForRequestsWithEnqueuedEvents(t *testing.T) {
	t.Parallel()
	for name, finish := range map[string]func(*adapter.Scope){
		"sent":    func(s *adapter.Scope) { _ = s.Commit(context.Background()) },
		"dropped": func(s *adapter.Scope) { s.Drop("the test says so") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSender(t, &eventAPI{}, inngestkit.Config{}, fn(one))
			r, scope := adapter.OpenScope(h.app, httptest.NewRequest(http.MethodPost, "/orders", nil))
			for range 2 {
				if _, err := inngestkit.Enqueue(r.Context(), goodOrder); err != nil {
					t.Fatal(err)
				}
			}
			left, ok := errors.AsType[*inngestkit.ShutdownError](h.app.Shutdown(ended(t)))
			if !ok || left.Unfinished != (inngestkit.Unfinished{Requests: 1}) {
				t.Errorf("Shutdown said %v", left)
			}
			over := make(chan error, 1)
			go func() { over <- h.app.Shutdown(t.Context()) }()
			finish(scope)
			if err := <-over; err != nil {
				t.Error(err)
			}
		})
	}
}

func TestShutdownNamesAbandonedCalls(t *testing.T) {
	t.Parallel()
	begun, finish := make(chan struct{}), make(chan struct{})
	h := newHook(t, inngestkit.Config{}, fn(func(context.Context, input) (any, error) { close(begun); <-finish; return nil, nil }))
	answered := make(chan struct{})
	go func() { defer close(answered); h.serve(callOf{}.request(context.Background())) }()
	<-begun
	err := h.app.Shutdown(ended(t))
	if !strings.Contains(h.log.String(), "run-1") || !strings.Contains(err.Error(), "1 calls") {
		t.Errorf("Shutdown said %v and logged\n%s", err, h.log)
	}
	close(finish)
	<-answered
}

// balancer sends each request to one of its instances, in turn.
type balancer struct {
	mu        sync.Mutex
	instances []http.Handler
	next      int
	refused   atomic.Int64
}

func (b *balancer) set(instances ...http.Handler) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.instances = instances
}

func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	b.next++
	h := b.instances[b.next%len(b.instances)]
	b.mu.Unlock()
	h.ServeHTTP(statusWriter{w, &b.refused}, r)
}

// statusWriter counts refusals of a draining instance.
type statusWriter struct {
	http.ResponseWriter

	refused *atomic.Int64
}

func (w statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w statusWriter) WriteHeader(status int) {
	if status == http.StatusServiceUnavailable {
		w.refused.Add(1)
	}
	w.ResponseWriter.WriteHeader(status)
}

// Two instances are replaced one after the other while runs go through. The
// balancer goes on sending calls to the one that drains, as one does until its
// next health check: those are refused, and retried on the other.
func TestRollingRestart(t *testing.T) {
	t.Parallel()
	const runs = 20
	var executed atomic.Int64
	fiveSteps := onOrder("five", func(ctx context.Context, _ inngestgo.Input[orderData]) (any, error) {
		var sum int64
		for range 5 {
			n, err := step.Run(ctx, "one", func(context.Context) (int64, error) { executed.Add(1); return 1, nil })
			if err != nil {
				return nil, err
			}
			sum += n
		}
		return sum, nil
	})
	b := &balancer{}
	s := storyOf{outer: func(h http.Handler) http.Handler { b.set(h); return b }}.start(t, fiveSteps)
	old := []*inngestkit.App{s.app, s.newApp(fiveSteps)}
	b.set(old[0].Handler(), old[1].Handler())

	var events []string
	send := func() { events = append(events, s.send(orderCreated.New(anOrder))) }
	for range 2 {
		for range runs {
			send()
		}
		// A new instance comes, and an old one drains while it still gets calls.
		leaving := old[0]
		old = []*inngestkit.App{old[1], s.newApp(fiveSteps)}
		b.set(leaving.Handler(), old[0].Handler(), old[1].Handler())
		if err := leaving.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		for before := b.refused.Load(); b.refused.Load() == before; {
			send()
		}
		b.set(old[0].Handler(), old[1].Handler())
	}
	for _, id := range events {
		if r := s.ended(id, 1)[0]; r.Status != "Completed" || string(r.Output) != "5" {
			t.Errorf("run %s is %s with %s", r.ID, r.Status, r.Output)
		}
	}
	if n := executed.Load(); n != int64(5*len(events)) {
		t.Errorf("%d runs of five steps executed %d", len(events), n)
	}
}
