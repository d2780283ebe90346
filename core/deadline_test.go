package inngestkit_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

const shortTimeout = 50 * time.Millisecond

// lasting takes longer than the server's timeouts.
func lasting(ctx context.Context, _ input) (any, error) {
	work, done := context.WithTimeout(ctx, 4*shortTimeout)
	defer done()
	<-work.Done()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return "done", nil
}

// impatient serves with timeouts shorter than the function.
func impatient(t *testing.T, handler http.Handler) *memoryServer {
	t.Helper()
	return serveInMemory(t, handler, func(s *http.Server) { s.ReadTimeout, s.WriteTimeout = shortTimeout, shortTimeout })
}

func TestServerTimeoutsDoNotCutCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHook(t, inngestkit.Config{}, fn(lasting))
		r := callOf{}.request(t.Context())
		resp, err := impatient(t, h.handler).client.Post("http://app"+r.URL.RequestURI(), "", r.Body)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		if body, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK || strings.TrimSpace(string(body)) != `"done"` {
			t.Errorf("answered %d %s", resp.StatusCode, body)
		}
	})
}

// The answer to a call has the server's own write timeout again, counted from
// the function's end: a client that does not read it is cut off.
func TestServerTimeoutsHoldForAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHook(t, inngestkit.Config{}, fn(lasting))
		answered := make(chan struct{})
		server := impatient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer close(answered)
			h.handler.ServeHTTP(w, r)
			_ = http.NewResponseController(w).Flush()
		}))
		conn, err := server.dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		start := time.Now()
		r := callOf{}.request(t.Context())
		r.Host = "app"
		if err := r.Write(conn); err != nil {
			t.Fatal(err)
		}
		<-answered
		if took := time.Since(start); took != 5*shortTimeout {
			t.Errorf("the answer was given up after %s, want %s of the function and %s of the server", took, 4*shortTimeout, shortTimeout)
		}
	})
}

// Until a call is let in, the server's timeouts hold: a body that trickles in
// is cut off.
func TestServerTimeoutsHoldForBodies(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := impatient(t, newHook(t, inngestkit.Config{}, fn(lasting)).handler)
		conn, err := server.dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		_, _ = io.WriteString(conn, "POST /?fnId=shop-fn HTTP/1.1\r\nHost: app\r\nContent-Length: 1000\r\n\r\n{")
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		if answer, err := io.ReadAll(conn); err != nil || strings.Contains(string(answer), " 200 ") {
			t.Errorf("the connection was kept open: %v, %s", err, answer)
		}
	})
}

// opaque is a writer that does not unwrap.
type opaque struct{ http.ResponseWriter }

func (w opaque) Write(b []byte) (int, error) { return w.ResponseWriter.Write(b) }

func TestServerTimeoutsThatCannotBeLiftedAreLogged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*http.Server)
		logged int
	}{
		"both":          {func(s *http.Server) { s.ReadTimeout, s.WriteTimeout = time.Second, time.Second }, 1},
		"a read one":    {func(s *http.Server) { s.ReadTimeout = time.Second }, 1},
		"a write one":   {func(s *http.Server) { s.WriteTimeout = time.Second }, 1},
		"none":          {nil, 0},
		"one for heads": {func(s *http.Server) { s.ReadHeaderTimeout = time.Second }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHook(t, inngestkit.Config{}, fn(one))
			server := serveInMemory(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				h.handler.ServeHTTP(opaque{w}, r)
			}), c.change)
			for range 2 {
				r := callOf{}.request(t.Context())
				resp, err := server.client.Post("http://app"+r.URL.RequestURI(), "", r.Body)
				if err != nil {
					t.Fatal(err)
				}
				_ = resp.Body.Close()
			}
			if n := strings.Count(h.log.String(), "will be cut off"); n != c.logged {
				t.Errorf("it was logged %d times, want %d:\n%s", n, c.logged, h.log)
			}
		})
	}
}
