package inngestkit_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// cloud is an app that wants signatures.
func cloud(t testing.TB, c inngestkit.Config) *hook {
	t.Helper()
	c.Mode, c.SigningKey, c.EventKey = inngestkit.ModeCloud, signingKey, "key"
	return newHook(t, c, fn(one))
}

// forged is a request of size bytes with a signature that is well made and
// wrong.
func forged(ctx context.Context, body io.Reader, size int64) *http.Request {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/?fnId=shop-fn&stepId=step", body)
	r.ContentLength = size
	r.Header.Set(wire.HeaderSignature, signature.Sign("signkey-test-00", []byte("another body"), time.Now()))
	return r
}

// Requests that nobody has let in do not hold up a shutdown.
func TestShutdownDoesNotWaitForStrangers(t *testing.T) {
	t.Parallel()
	h := cloud(t, inngestkit.Config{})
	server := httptest.NewServer(h.handler)
	defer server.Close()
	var bodies []*io.PipeWriter
	var asked sync.WaitGroup
	for range 5 {
		body, half := io.Pipe()
		bodies = append(bodies, half)
		asked.Go(func() {
			r := forged(t.Context(), body, 1000)
			r.RequestURI, r.URL.Scheme, r.URL.Host = "", "http", server.Listener.Addr().String()
			if resp, err := http.DefaultTransport.RoundTrip(r); err == nil {
				_ = resp.Body.Close()
			}
		})
		if _, err := half.Write([]byte("{")); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := h.app.Shutdown(ctx); err != nil {
		t.Errorf("Shutdown waited for half-sent requests: %v", err)
	}
	for _, half := range bodies {
		_ = half.Close()
	}
	asked.Wait()
}

// endless yields bytes until its request is refused.
type endless struct {
	read int64
	most int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.read >= e.most {
		return 0, io.EOF
	}
	e.read += int64(len(p))
	return len(p), nil
}

// Many forged requests share one bound, and an honest call passes beside them.
func TestUnverifiedRequestsAreBoundedTogether(t *testing.T) {
	t.Parallel()
	const size = 30 << 20
	h := cloud(t, inngestkit.Config{MaxBodyBytes: 32 << 20})
	var holders []*io.PipeWriter
	var asked sync.WaitGroup
	busy := make(chan int, 8)
	for range 4 {
		body, half := io.Pipe()
		holders = append(holders, half)
		asked.Go(func() {
			w := httptest.NewRecorder()
			h.handler.ServeHTTP(w, forged(t.Context(), body, size))
			_ = body.Close()
			busy <- w.Code
		})
		_, _ = half.Write(make([]byte, size-1<<20)) // an error means that it was refused
	}
	if code := <-busy; code != http.StatusServiceUnavailable {
		t.Errorf("four requests of 30 MiB: one was answered %d, want 503", code)
	}
	if w := h.call(t, callOf{sign: signingKey}); w.Code != http.StatusOK {
		t.Errorf("an honest call beside them is answered %d %s", w.Code, w.Body)
	}
	for _, half := range holders {
		_ = half.Close()
	}
	asked.Wait()
	if w := h.call(t, callOf{sign: signingKey, event: `{"name":"e","data":{"x":"` + strings.Repeat("x", 4<<20) + `"}}`}); w.Code != http.StatusOK {
		t.Errorf("afterwards a large honest call is answered %d", w.Code)
	}
}

func TestDrainDelay(t *testing.T) {
	t.Parallel()
	h := cloud(t, inngestkit.Config{DrainDelay: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- h.app.Shutdown(ctx) }()
	for h.app.Health().Ready {
		runtime.Gosched()
	}
	if w := h.call(t, callOf{sign: signingKey}); w.Code != http.StatusOK {
		t.Errorf("during the delay a call is answered %d %s", w.Code, w.Body)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	if w := h.call(t, callOf{sign: signingKey}); w.Code != http.StatusServiceUnavailable {
		t.Errorf("after it a call is answered %d", w.Code)
	}
}

func TestReadinessKnowsTheEventKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		config inngestkit.Config
		ready  bool
	}{
		{inngestkit.Config{Mode: inngestkit.ModeCloud, SigningKey: signingKey}, false},
		{inngestkit.Config{Mode: inngestkit.ModeCloud, SigningKey: signingKey, ReceiveOnly: true}, true},
		{inngestkit.Config{Mode: inngestkit.ModeCloud, SigningKey: signingKey, EventKey: "key"}, true},
		{inngestkit.Config{Mode: inngestkit.ModeDev}, true},
	} {
		h := newHook(t, c.config)
		if got := h.app.Health().Ready; got != c.ready {
			t.Errorf("%+v: ready is %t", c.config, got)
		}
		if said := strings.Contains(h.log.String(), "without an event key"); said == c.ready {
			t.Errorf("%+v: it warns: %t", c.config, said)
		}
	}
}

// BenchmarkStrangers reports the most memory that 20 forged requests of the
// largest size take:
//
//	go test ./core -run '^$' -bench Strangers -benchtime 1x
func BenchmarkStrangers(b *testing.B) {
	h := cloud(b, inngestkit.Config{MaxBodyBytes: 95 << 20})
	for b.Loop() {
		before, most := liveHeap(), uint64(0)
		var asked sync.WaitGroup
		for range 20 {
			asked.Go(func() {
				h.handler.ServeHTTP(httptest.NewRecorder(), forged(b.Context(), &endless{most: 95 << 20}, 95<<20))
			})
		}
		over := make(chan struct{})
		go func() { asked.Wait(); close(over) }()
		for running := true; running; {
			select {
			case <-over:
				running = false
			default:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapInuse)
			}
		}
		b.ReportMetric(float64(most-min(most, before))/(1<<20), "MiB-peak")
	}
}
