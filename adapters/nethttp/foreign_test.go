package inngesthttp_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/go-chi/chi/v5/middleware"

	"github.com/inngestkit/inngestkit/adapters/adaptertest"
)

// foreign returns middleware of chi, which is middleware of net/http, or a
// handwritten one where chi has none.
func foreign(s adaptertest.Setup) func(http.Handler) http.Handler {
	switch s.Foreign {
	case adaptertest.Auth:
		return middleware.BasicAuth("shop", map[string]string{"ada": "secret"})
	case adaptertest.CSRF:
		return refusing(http.StatusForbidden, func(r *http.Request) bool {
			return r.Method != http.MethodGet && r.Header.Get("X-Csrf-Token") == ""
		})
	case adaptertest.BodyLimit:
		return middleware.RequestSize(adaptertest.BodyLimitBytes)
	case adaptertest.RateLimit:
		var seen atomic.Int32
		return refusing(http.StatusTooManyRequests, func(*http.Request) bool { return seen.Add(1) > 1 })
	case adaptertest.BodyEater:
		return before(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
	case adaptertest.BodyLog:
		return before(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
		})
	case adaptertest.Compress:
		return middleware.Compress(gzip.DefaultCompression)
	case adaptertest.Decompress:
		return before(func(_ http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Content-Encoding") == "gzip" {
				r.Body, _ = gzip.NewReader(r.Body)
			}
		})
	case adaptertest.CORS:
		return cors
	case adaptertest.Deadline:
		return middleware.Timeout(adaptertest.DeadlineAfter)
	case adaptertest.Trace:
		return trace
	case adaptertest.AccessLog:
		return middleware.RequestLogger(entries{s.Logged, s.Crashed})
	}
	return func(next http.Handler) http.Handler { return next }
}

func before(do http.HandlerFunc) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			do(w, r)
			next.ServeHTTP(w, r)
		})
	}
}

func refusing(status int, bad func(*http.Request) bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if bad(r) {
				http.Error(w, http.StatusText(status), status)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func cors(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// entries receives the entries of chi's log, and the panics that its Recoverer
// catches.
type entries struct {
	logged  func(status int)
	crashed func(v any)
}

func (e entries) NewLogEntry(*http.Request) middleware.LogEntry { return e }

func (e entries) Write(status, _ int, _ http.Header, _ time.Duration, _ any) { e.logged(status) }

func (e entries) Panic(v any, _ []byte) { e.crashed(v) }

// trace changes a request as otelhttp does: it replaces context, body and writer,
// and reads the status.
func trace(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		next.ServeHTTP(ww, adaptertest.Traced(r))
		if ww.Status() == 0 {
			panic("a span has no status")
		}
	})
}
