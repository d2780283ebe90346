package engine_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// TestInProcess checks that a handler sees the request that a server would show it,
// and that its answer arrives as over a connection.
func TestInProcess(t *testing.T) {
	t.Parallel()
	transport := engine.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if r.Host != "app.test:81" && r.Host != "other.test" || r.RemoteAddr == "" || r.RequestURI != "/a%20b?c=d" || string(body) != "in" && len(body) > 0 {
			t.Errorf("the handler sees host %q, address %q, URI %q and body %q", r.Host, r.RemoteAddr, r.RequestURI, body)
		}
		w.Header().Set("Before", r.Host)
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusTeapot)
			w.WriteHeader(http.StatusOK) // too late
			_, _ = io.WriteString(w, "out")
		} else {
			w.(http.Flusher).Flush()
		}
		w.Header().Set("After", "x")
	}))
	for name, c := range map[string]struct {
		method, body, host string
		status             int
		text, out          string
	}{
		"written": {http.MethodPost, "in", "", http.StatusTeapot, "418 I'm a teapot", "out"},
		"flushed": {http.MethodGet, "", "other.test", http.StatusOK, "200 OK", ""},
	} {
		req := must(http.NewRequestWithContext(t.Context(), c.method, "http://app.test:81/a%20b?c=d", strings.NewReader(c.body)))
		host := "app.test:81"
		if req.Host = c.host; c.host != "" {
			host = c.host
		}
		res, err := transport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		body := string(must(io.ReadAll(res.Body)))
		if res.StatusCode != c.status || res.Status != c.text || body != c.out || res.ContentLength != int64(len(c.out)) {
			t.Errorf("%s: the answer is %q with %q of %d bytes", name, res.Status, body, res.ContentLength)
		}
		if got := res.Header.Get("Before"); got != host {
			t.Errorf("%s: the answer comes from host %q, want %q", name, got, host)
		}
		if res.Header.Get("After") != "" {
			t.Errorf("%s: the answer has a header that the handler set after the status", name)
		}
		_ = res.Body.Close()
	}
}

func TestInProcessEnded(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	served := 0
	transport := engine.InProcess(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		served++
		cancel()
	}))
	for range 2 {
		res, err := transport.RoundTrip(must(http.NewRequestWithContext(ctx, http.MethodGet, "http://app.test", nil)))
		if err == nil {
			_ = res.Body.Close()
			t.Error("a request whose context has ended was answered")
		}
	}
	if served != 1 {
		t.Errorf("the handler served %d requests, want 1: the second had ended before", served)
	}
}
