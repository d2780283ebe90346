package inngestkit_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

func TestHealthOfSyncs(t *testing.T) {
	t.Parallel()
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"error":"secret"}`)
	}))
	defer server.Close()
	h := newHook(t, inngestkit.Config{DevServerURL: server.URL})
	for _, c := range []struct {
		status int
		close  bool
		want   string
	}{
		{http.StatusOK, false, ""},
		{http.StatusUnauthorized, false, "the Inngest server refused the sync with status 401"},
		{http.StatusOK, true, "the Inngest server cannot be reached"},
	} {
		status = c.status
		if c.close {
			server.Close()
		}
		err := h.app.Sync(context.Background(), "http://shop.test/api/inngest")
		last := h.app.Health().LastSync
		if last == nil || last.Time.IsZero() || last.Error != c.want || (err == nil) != (c.want == "") {
			t.Errorf("the last sync is %+v after %v, want the error %q", last, err, c.want)
		}
	}
}

func TestHealthWithoutSigningKey(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{Mode: inngestkit.ModeCloud})
	if status, answer := probe(t, h.app.HealthHandler(), http.MethodGet); status != http.StatusServiceUnavailable || answer["configured"] != false || answer["ready"] != false {
		t.Errorf("the answer is %d %v", status, answer)
	}
	if status, _ := probe(t, h.app.LivenessHandler(), http.MethodGet); status != http.StatusOK {
		t.Errorf("the liveness endpoint answers %d", status)
	}
}

// probe asks an endpoint and returns the status and the answer's JSON.
func probe(t *testing.T, endpoint http.Handler, method string) (int, map[string]any) {
	t.Helper()
	w := httptest.NewRecorder()
	endpoint.ServeHTTP(w, httptest.NewRequest(method, "/", nil))
	if w.Header().Get("Content-Type") != "application/json" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("the header is %v", w.Header())
	}
	if method == http.MethodHead {
		if w.Body.Len() > 0 {
			t.Errorf("a HEAD request is answered with %s", w.Body)
		}
		return w.Code, nil
	}
	var answer map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return w.Code, answer
}

// The endpoints are mounted once and answer each request anew: the readiness
// endpoint answers 503 from Shutdown on, the liveness endpoint still 200.
func TestHealthEndpointsAnswerAnew(t *testing.T) {
	t.Parallel()
	begun, finish := make(chan struct{}), make(chan struct{})
	h := newHook(t, inngestkit.Config{})
	ready, live := h.app.HealthHandler(), h.app.LivenessHandler()
	check := func(when string, status int, want map[string]any) {
		t.Helper()
		got, answer := probe(t, ready, http.MethodGet)
		want["configured"], want["mode"], want["lastSync"] = true, "dev", nil
		if diff := cmp.Diff(want, answer); got != status || diff != "" {
			t.Errorf("%s: answered %d, want %d (-want +got):\n%s", when, got, status, diff)
		}
		if got, _ := probe(t, ready, http.MethodHead); got != status {
			t.Errorf("%s: HEAD is answered %d, want %d", when, got, status)
		}
		if got, answer := probe(t, live, http.MethodGet); got != http.StatusOK || answer["live"] != true {
			t.Errorf("%s: the liveness endpoint answers %d %v", when, got, answer)
		}
		if got, _ := probe(t, live, http.MethodHead); got != http.StatusOK {
			t.Errorf("%s: HEAD on the liveness endpoint is answered %d", when, got)
		}
	}
	check("before functions are registered", http.StatusOK, map[string]any{"ready": true, "draining": false, "functions": 0.0, "inFlight": 0.0})

	failing := fn(
		func(context.Context, input) (any, error) { close(begun); <-finish; return "done", nil },
		inngestkit.WithOnFailure(func(context.Context, inngestkit.Failure[map[string]any]) error { return nil }),
	)
	if err := h.app.Register(failing); err != nil {
		t.Fatal(err)
	}
	answered := make(chan *httptest.ResponseRecorder, 1)
	go func() { answered <- h.serve(callOf{}.request(context.Background())) }()
	<-begun
	check("during a call", http.StatusOK, map[string]any{"ready": true, "draining": false, "functions": 2.0, "inFlight": 1.0})

	_ = h.app.Shutdown(ended(t)) // which leaves the call running
	check("while draining", http.StatusServiceUnavailable, map[string]any{"ready": false, "draining": true, "functions": 2.0, "inFlight": 1.0})
	close(finish)
	wantOutput(t, <-answered, `"done"`)
	if err := h.app.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	check("after the shutdown", http.StatusServiceUnavailable, map[string]any{"ready": false, "draining": true, "functions": 2.0, "inFlight": 0.0})
}
