package adaptertest

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
	"github.com/inngestkit/inngestkit/validate"
)

// Foreign is a kind of middleware that is not the adapter's.
type Foreign string

// The kinds of such middleware.
const (
	Auth       Foreign = "auth"       // refuses requests without credentials
	CSRF       Foreign = "CSRF"       // refuses POST and PUT without a token
	BodyLimit  Foreign = "body limit" // refuses bodies above BodyLimitBytes
	RateLimit  Foreign = "rate limit" // refuses all requests after the first
	BodyEater  Foreign = "body eater" // reads bodies and does not put them back
	BodyLog    Foreign = "body log"   // reads bodies and puts them back
	Compress   Foreign = "compress"   // answers in gzip
	Decompress Foreign = "decompress" // opens bodies that are sent in gzip
	CORS       Foreign = "CORS"       // answers preflight requests
	Deadline   Foreign = "deadline"   // ends a request after DeadlineAfter
	Trace      Foreign = "trace"      // wraps the writer, and calls Traced
	AccessLog  Foreign = "access log" // calls Setup.Logged
)

// BodyLimitBytes and DeadlineAfter are the settings of middleware.
const (
	BodyLimitBytes = 2 << 10
	DeadlineAfter  = time.Second
)

// behind returns an application behind middleware of a kind.
func behind(t *testing.T, a Adapter, kind Foreign, changes ...func(*Setup)) *kit {
	t.Helper()
	return newKit(t, a, func(s *Setup) {
		s.Foreign, s.Middleware, s.Handle = kind, true, created
		for _, change := range changes {
			change(s)
		}
	}, func(c *inngestkit.Config) { c.AllowUnsignedSync = true })
}

func exempt(s *Setup) { s.Exempt = true }

// works fails the test unless every part of the webhook works.
func (k *kit) works() {
	k.Helper()
	o := order{ID: "o-1", Note: "here"}
	body := callBody(k, o, nil)
	step := k.call("charge", body)
	equal(k, "status of a step", step.status, http.StatusPartialContent)
	equal(k, "op code", parse[[]wire.Op](k, step.body)[0].Op, wire.OpStepRun)
	result := k.call("note", body)
	equal(k, "result", []any{result.status, result.body}, []any{http.StatusOK, `"here"`})
	failed := k.call("panic", body)
	equal(k, "status of a failed call", failed.status, http.StatusInternalServerError)
	equal(k, "name of its error", parse[wire.CallError](k, failed.body).Name, "PanicError")
	equal(k, "its retry header", failed.header.Get(wire.HeaderNoRetry), "false")
	equal(k, "status of an inspection", k.signed(http.MethodGet, defaultPath, "").status, http.StatusOK)
	equal(k, "status of a sync", k.do(http.MethodPut, defaultPath, nil).status, http.StatusOK)
	equal(k, "syncs", len(k.inngest.syncs), 1)
}

// testHarmless uses middleware that the webhook is compatible with.
func testHarmless(t *testing.T, a Adapter) {
	for _, kind := range []Foreign{BodyLog, Compress, Decompress, CORS, Deadline, Trace, AccessLog} {
		for where, inside := range map[string]bool{" outside of the adapter's": false, " inside": true} {
			t.Run(string(kind)+where, func(t *testing.T) {
				t.Parallel()
				k := behind(t, a, kind, func(s *Setup) { s.Inside, s.Logged = inside, func(int) {} })
				k.works()
				r := k.do(http.MethodPost, HandledPath, nil)
				equal(t, "status of the application's own", r.status, http.StatusCreated)
				equal(t, "its events", len(k.inngest.received(t)), 2)
			})
		}
	}
}

// testExempt uses middleware that is not compatible with the webhook. It leaves
// the webhook alone and still guards the application's routes.
func testExempt(t *testing.T, a Adapter) {
	for _, kind := range []Foreign{Auth, CSRF, RateLimit, BodyLimit, BodyEater} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			k := behind(t, a, kind, exempt)
			k.works()
			equal(t, "status of a large call", k.call("note", largeCall(t)).status, http.StatusOK)
		})
	}
	for kind, status := range refusals {
		k := behind(t, a, kind, exempt)
		var r reply
		for range 2 { // a rate limit refuses the second
			r = k.do(http.MethodPost, HandledPath, nil)
		}
		refused(t, string(kind)+": a route of the application's", r, status)
	}
}

// refusals are the statuses of middleware that refuses requests. Some middleware
// answers 400 to a request without credentials.
var refusals = map[Foreign][]int{
	Auth:      {http.StatusUnauthorized, http.StatusBadRequest},
	CSRF:      {http.StatusForbidden, http.StatusBadRequest},
	RateLimit: {http.StatusTooManyRequests},
}

// refused fails the test unless the middleware has answered, and not the webhook.
func refused(t *testing.T, what string, r reply, status []int) {
	t.Helper()
	if !slices.Contains(status, r.status) || r.header.Get(wire.HeaderSDKHandled) != "" {
		t.Errorf("%s was answered %d %s with %v, want the middleware's own %v", what, r.status, r.body, r.header, status)
	}
}

// largeCall returns the body of a call that exceeds BodyLimitBytes.
func largeCall(t *testing.T) string {
	t.Helper()
	return callBody(t, order{ID: "o-1", Note: strings.Repeat("x", BodyLimitBytes)}, nil)
}

// testNotExempt does not exempt the webhook from such middleware. If the
// middleware does not answer, the webhook describes the problem.
func testNotExempt(t *testing.T, a Adapter) {
	for kind, status := range refusals {
		k := behind(t, a, kind)
		var r reply
		for range 2 {
			r = k.call("note", largeCall(t))
		}
		refused(t, string(kind)+": a call", r, status)
	}
	eaten := behind(t, a, BodyEater).call("note", largeCall(t))
	equal(t, "status of a call whose body is read", eaten.status, http.StatusInternalServerError)
	equal(t, "name of its error", parse[wire.CallError](t, eaten.body).Name, "BodyConsumed")
	limited := behind(t, a, BodyLimit).call("note", largeCall(t))
	equal(t, "status of a call above the limit", limited.status, http.StatusRequestEntityTooLarge)
}

// testBodyLimit sends a body in chunks, whose size shows only during reading.
func testBodyLimit(t *testing.T, a Adapter) {
	k := behind(t, a, BodyLimit)
	r := k.chunked("note", largeCall(t))
	equal(t, "status", r.status, http.StatusRequestEntityTooLarge)
	e := parse[wire.CallError](t, r.body)
	if e.Name != "BodyTooLarge" || !strings.Contains(e.Message, "set before the webhook") {
		t.Errorf("the error is %+v, want it to say whose limit that is", e)
	}
	small := k.call("note", callBody(t, order{ID: "o-1"}, nil))
	equal(t, "status of a small call", small.status, http.StatusOK)
}

func testCompress(t *testing.T, a Adapter) {
	k := behind(t, a, Compress)
	note := strings.Repeat("long enough for any threshold ", 1000)
	r := k.call("note", callBody(t, order{ID: "o-1", Note: note}, nil))
	equal(t, "answered in gzip", r.opened, true)
	equal(t, "result", parse[string](t, r.body), note)
}

// testCompressedFailure expects the whole 503 in place of an answer.
func testCompressedFailure(t *testing.T, a Adapter) {
	for where, inside := range map[string]bool{"outside": false, "inside": true} {
		k := behind(t, a, Compress, func(s *Setup) { s.Inside = inside })
		k.inngest.server.Close()
		r := k.do(http.MethodPost, HandledPath, nil)
		equal(t, where+": status", r.status, http.StatusServiceUnavailable)
		equal(t, where+": status in the document", parse[validate.Problem](t, r.body).Status, http.StatusServiceUnavailable)
	}
}

func testDecompress(t *testing.T, a Adapter) {
	k := behind(t, a, Decompress)
	body := callBody(t, order{ID: "o-1", Note: strings.Repeat("note ", 1000)}, nil)
	r := k.compressed("note", body)
	equal(t, "status", r.status, http.StatusOK)
	equal(t, "result", parse[string](t, r.body), strings.Repeat("note ", 1000))
}

func testCORS(t *testing.T, a Adapter) {
	k := behind(t, a, CORS)
	r := k.do(http.MethodOptions, HandledPath, nil, "Origin", "https://shop.example.com", "Access-Control-Request-Method", "POST")
	equal(t, "status of a preflight request", r.status, http.StatusNoContent)
	if r.header.Get("Access-Control-Allow-Origin") == "" {
		t.Errorf("the preflight request is answered with %v", r.header)
	}
}

func testTrace(t *testing.T, a Adapter) {
	k := behind(t, a, Trace)
	r := k.call("tenant", callBody(t, order{ID: "o-1"}, nil))
	equal(t, "a value in the function's context", r.body, `"acme"`)
}

// testAccessLog expects the status that left in the log, for answers of the
// webhook and for those that Middleware changes.
func testAccessLog(t *testing.T, a Adapter) {
	var mu sync.Mutex
	var logged, answered []int
	k := behind(t, a, AccessLog, func(s *Setup) {
		s.Logged = func(status int) {
			mu.Lock()
			defer mu.Unlock()
			logged = append(logged, status)
		}
	})
	body := callBody(t, order{ID: "o-1"}, nil)
	for _, fn := range []string{"charge", "note", "panic", "missing"} {
		answered = append(answered, k.call(fn, body).status)
	}
	answered = append(answered, k.do(http.MethodPost, HandledPath, nil).status)
	k.inngest.server.Close()
	answered = append(answered, k.do(http.MethodPost, HandledPath, nil).status)
	equal(t, "answered", answered, []int{206, 200, 500, 410, 201, 503})
	mu.Lock()
	defer mu.Unlock()
	equal(t, "logged", logged, answered)
}
