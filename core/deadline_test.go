package inngestkit_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

const shortTimeout = 50 * time.Millisecond

// lasting takes longer than the server's timeouts.
func lasting(ctx context.Context, _ input) (any, error) {
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-time.After(4 * shortTimeout):
		return "done", nil
	}
}

// impatient serves with timeouts shorter than the function.
func impatient(t *testing.T, handler http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ReadTimeout, server.Config.WriteTimeout = shortTimeout, shortTimeout
	server.Start()
	t.Cleanup(server.Close)
	return server
}

func TestServerTimeoutsDoNotCutCalls(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{}, fn(lasting))
	r := callOf{}.request(t.Context())
	resp, err := http.Post(impatient(t, h.handler).URL+r.URL.RequestURI(), "", r.Body)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK || strings.TrimSpace(string(body)) != `"done"` {
		t.Errorf("answered %d %s", resp.StatusCode, body)
	}
}

// Until a call is let in, the server's timeouts hold: a body that trickles in
// is cut off.
func TestServerTimeoutsHoldForBodies(t *testing.T) {
	t.Parallel()
	server := impatient(t, newHook(t, inngestkit.Config{}, fn(lasting)).handler)
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, "POST /?fnId=shop-fn HTTP/1.1\r\nHost: app\r\nContent-Length: 1000\r\n\r\n{")
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	if answer, err := io.ReadAll(conn); err != nil || strings.Contains(string(answer), " 200 ") {
		t.Errorf("the connection was kept open: %v, %s", err, answer)
	}
}

// opaque is a writer that does not unwrap.
type opaque struct{ http.ResponseWriter }

func (w opaque) Write(b []byte) (int, error) { return w.ResponseWriter.Write(b) }

func TestServerTimeoutsThatCannotBeLiftedAreLogged(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{}, fn(one))
	server := impatient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.handler.ServeHTTP(opaque{w}, r)
	}))
	for range 2 {
		r := callOf{}.request(t.Context())
		resp, err := http.Post(server.URL+r.URL.RequestURI(), "", r.Body)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	if n := strings.Count(h.log.String(), "will be cut off"); n != 1 {
		t.Errorf("it was logged %d times:\n%s", n, h.log)
	}
}
