package adaptertest

import (
	"compress/gzip"
	"io"
	"net/http"
	"testing"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// around returns the adapter with applications that middleware of net/http wraps.
func around(a Adapter, middleware func(http.Handler) http.Handler) Adapter {
	build := a.Build
	a.Build = func(s Setup) http.Handler { return middleware(build(s)) }
	return a
}

// testAround uses middleware of net/http, and a common handwritten one.
func testAround(t *testing.T, a Adapter) {
	for name, middleware := range map[string]func(http.Handler) http.Handler{
		"http.MaxBytesHandler":       func(h http.Handler) http.Handler { return http.MaxBytesHandler(h, 1<<20) },
		"http.TimeoutHandler":        func(h http.Handler) http.Handler { return http.TimeoutHandler(h, patience, "") },
		"http.CrossOriginProtection": http.NewCrossOriginProtection().Handler,
		"gzip by hand":               plainGzip,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := behind(t, around(a, middleware), "")
			k.works()
			equal(t, "status of the application's own", k.do(http.MethodPost, HandledPath, nil).status, http.StatusCreated)
			equal(t, "its events", len(k.inngest.received(t)), 2)
		})
	}
}

func testMaxBytesHandler(t *testing.T, a Adapter) {
	k := behind(t, around(a, func(h http.Handler) http.Handler { return http.MaxBytesHandler(h, 10) }), "")
	r := k.call("note", callBody(t, order{ID: "o-1"}, nil))
	equal(t, "status", r.status, http.StatusRequestEntityTooLarge)
	equal(t, "error", parse[wire.CallError](t, r.body).Message,
		"the body exceeds a limit of 10 bytes set before the webhook; exempt the webhook from the middleware that limits bodies")
}

// plainGzip compresses as a common snippet does: every answer, without a change of
// the other headers.
func plainGzip(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		gz := gzip.NewWriter(w)
		defer func() { _ = gz.Close() }()
		next.ServeHTTP(gzipWriter{w, gz}, r)
	})
}

type gzipWriter struct {
	http.ResponseWriter

	io.Writer
}

func (w gzipWriter) Write(b []byte) (int, error) { return w.Writer.Write(b) }
