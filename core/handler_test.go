package inngestkit_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/middleware"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func one(context.Context, input) (any, error) { return 1, nil }

func TestUnknownFunction(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{}, fn(one))
	wantFailure(t, h.call(t, callOf{fn: "shop-other"}), http.StatusGone, "FunctionNotFound", true)
	wantOutput(t, h.call(t, callOf{fn: "fn"}), "1") // as older syncs named it
}

func TestMethods(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{}, fn(one))
	for _, method := range []string{http.MethodDelete, http.MethodPatch, http.MethodHead, http.MethodOptions} {
		w := h.serve(httptest.NewRequest(method, "/", nil))
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, POST, PUT" {
			t.Errorf("%s: %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{MaxBodyBytes: 1000}, fn(one))
	post := func(body io.Reader) *http.Request {
		return httptest.NewRequest(http.MethodPost, "/?fnId=shop-fn", body)
	}

	wantFailure(t, h.serve(post(strings.NewReader(strings.Repeat("x", 1001)))), http.StatusRequestEntityTooLarge, "BodyTooLarge", true)
	wantFailure(t, h.serve(post(strings.NewReader("{"))), http.StatusBadRequest, "BadCall", true)
	wantFailure(t, h.serve(post(strings.NewReader("{}"))), http.StatusBadRequest, "BadCall", true)
	wantFailure(t, h.serve(post(strings.NewReader(`{"event":{"name":"test/started"},"ctx":{"attempt":"x"}}`))), http.StatusBadRequest, "BadCall", true)

	for name, r := range map[string]*http.Request{
		"two functions": httptest.NewRequest(http.MethodPost, "/?fnId=shop-fn&fnId=shop-fn", strings.NewReader(`{"event":{}}`)),
		"two steps":     httptest.NewRequest(http.MethodPost, "/?fnId=shop-fn&stepId=step&stepId=step", strings.NewReader(`{"event":{}}`)),
	} {
		if e := wantFailure(t, h.serve(r), http.StatusBadRequest, "BadCall", true); !strings.Contains(e.Message, "twice") {
			t.Errorf("%s: the message is %q", name, e.Message)
		}
	}

	none := post(nil)
	none.Body = nil
	wantFailure(t, h.serve(none), http.StatusBadRequest, "BadCall", true)

	for name, r := range map[string]*http.Request{
		"whole":          post(strings.NewReader(`{"event":{}}`)),
		"in part":        post(strings.NewReader(strings.Repeat(" ", 700))),
		"sent in chunks": post(io.MultiReader(strings.NewReader(`{"event":{}}`))),
	} {
		_, _ = io.CopyN(io.Discard, r.Body, 600)
		e := wantFailure(t, h.serve(r), http.StatusInternalServerError, "BodyConsumed", true)
		if !strings.Contains(e.Message, "already consumed") {
			t.Errorf("%s: the message is %q", name, e.Message)
		}
	}
}

// A body may exceed two limits; the answer and the log name the one that it
// met.
func TestLimitsAreNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		outer int64
		want  string
	}{
		"the app's":    {1 << 20, "Config.MaxBodyBytes, 1000 bytes"},
		"middleware's": {500, "a limit of 500 bytes set before the webhook"},
		"unknown":      {0, "a limit set before the webhook"},
	} {
		h := newHook(t, inngestkit.Config{MaxBodyBytes: 1000}, fn(one))
		r := httptest.NewRequest(http.MethodPost, "/?fnId=shop-fn", strings.NewReader(strings.Repeat("x", 1001)))
		r.Body = http.MaxBytesReader(nil, r.Body, c.outer)
		e := wantFailure(t, h.serve(r), http.StatusRequestEntityTooLarge, "BodyTooLarge", true)
		if !strings.Contains(e.Message, c.want) || !strings.Contains(h.log.String(), c.want) {
			t.Errorf("%s: the answer is %q, and it or the log lacks %q:\n%s", name, e.Message, c.want, h.log)
		}
	}
}

// Middleware that opens a compressed body leaves the length it was sent with.
func TestOpenedBody(t *testing.T) {
	t.Parallel()
	r := callOf{}.request(t.Context())
	r.ContentLength += 1000
	r.Header.Set("Content-Encoding", "gzip")
	h := newHook(t, inngestkit.Config{}, fn(one))
	wantOutput(t, h.serve(r), "1")
	again := callOf{}.request(t.Context())
	again.Header.Set("Content-Encoding", "gzip")
	_, _ = io.Copy(io.Discard, again.Body)
	wantFailure(t, h.serve(again), http.StatusInternalServerError, "BodyConsumed", true)
}

func TestAnswersSayWhatAnSDKMust(t *testing.T) {
	t.Parallel()
	w := newHook(t, inngestkit.Config{}, fn(one)).call(t, callOf{})
	for name, want := range map[string]string{
		wire.HeaderSDK: "go:v0.16.0", wire.HeaderReqVersion: "2", wire.HeaderFramework: "nethttp", "Content-Type": "application/json",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestCloudModeLetsInOnlyTheSigned(t *testing.T) {
	t.Parallel()
	cloud := inngestkit.Config{Mode: inngestkit.ModeCloud, SigningKey: signingKey, SigningKeyFallback: fallbackKey, EventKey: "key"}
	h := newHook(t, cloud, fn(one))
	wantOutput(t, h.call(t, callOf{sign: signingKey}), "1")
	wantOutput(t, h.call(t, callOf{sign: fallbackKey}), "1")

	old := callOf{}.request(t.Context())
	body, _ := io.ReadAll(old.Body)
	old.Body = io.NopCloser(strings.NewReader(string(body)))
	old.Header.Set(wire.HeaderSignature, signature.Sign(signingKey, body, time.Now().Add(-6*time.Minute)))

	for name, r := range map[string]*http.Request{
		"unsigned":    callOf{}.request(t.Context()),
		"another key": callOf{sign: "signkey-test-00"}.request(t.Context()),
		"old":         old,
		"a probe":     httptest.NewRequest(http.MethodPost, "/?probe=trust", nil),
		"a sync":      httptest.NewRequest(http.MethodPut, "/", nil),
		"a look":      httptest.NewRequest(http.MethodGet, "/", nil),
	} {
		w := h.serve(r)
		if w.Code != http.StatusUnauthorized || w.Body.String() != `{"message":"Unauthorized"}` {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if log := h.log.String(); strings.Contains(log, "0123456789abcdef") || !strings.Contains(log, "reason=") {
		t.Errorf("the log holds a key, or no reason:\n%s", log)
	}
}

func TestCloudModeWithoutKeyRefusesEveryCall(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{Mode: inngestkit.ModeCloud}, fn(one))
	for _, c := range []callOf{{}, {sign: "signkey-test-00"}} {
		e := wantFailure(t, h.call(t, c), http.StatusInternalServerError, "NotConfigured", true)
		if strings.Contains(e.Message, "INNGEST") || !strings.Contains(h.log.String(), "INNGEST_SIGNING_KEY") {
			t.Errorf("message %q, log %s", e.Message, h.log)
		}
	}
}

func TestTrustProbe(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{Mode: inngestkit.ModeCloud, SigningKey: signingKey, EventKey: "key"}, fn(one))
	r := httptest.NewRequest(http.MethodPost, "/?probe=trust", nil)
	r.Header.Set(wire.HeaderSignature, signature.Sign(signingKey, nil, time.Now()))
	w := h.serve(r)
	if _, err := signature.Verify(w.Header().Get(wire.HeaderSignature), w.Body.Bytes(), time.Now(), signingKey); w.Code != http.StatusOK || err != nil {
		t.Errorf("%d, %v", w.Code, err)
	}
}

// In dev mode a trust probe proves nothing, and is answered without a
// signature.
func TestTrustProbeInDevMode(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{SigningKey: signingKey}, fn(one))
	w := h.serve(httptest.NewRequest(http.MethodPost, "/?probe=trust", nil))
	if w.Code != http.StatusOK || w.Body.Len() > 0 || w.Header().Get(wire.HeaderSignature) != "" {
		t.Errorf("answered %d %q with %v", w.Code, w.Body, w.Header())
	}
}

func TestShutdownDrains(t *testing.T) {
	t.Parallel()
	started, finish := make(chan struct{}), make(chan struct{})
	h := newHook(t, inngestkit.Config{}, fn(func(context.Context, input) (any, error) { close(started); <-finish; return 1, nil }))
	answered := make(chan *httptest.ResponseRecorder, 1)
	go func() { answered <- h.serve(callOf{}.request(context.Background())) }()
	<-started

	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.app.Shutdown(impatient); err == nil || !strings.Contains(err.Error(), "1 calls") {
		t.Errorf("Shutdown left a call running and said %v", err)
	}
	w := h.call(t, callOf{})
	if wantFailure(t, w, http.StatusServiceUnavailable, "ShuttingDown", true); w.Header().Get("Retry-After") == "" {
		t.Error("there is no Retry-After")
	}
	close(finish)
	if err := h.app.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	wantOutput(t, <-answered, "1")
}

type rewrite struct{ middleware.BaseMiddleware }

func (*rewrite) TransformInput(_ context.Context, _ middleware.CallContext, in *middleware.TransformableInput) {
	in.Event.Data["orderId"] = "rewritten"
	for _, ev := range in.Events {
		ev.Data["orderId"] = "rewritten"
	}
}

func TestEventsAreJudgedAfterSDKMiddleware(t *testing.T) {
	t.Parallel()
	c := inngestkit.Config{SDKMiddleware: []func() middleware.Middleware{func() middleware.Middleware { return &rewrite{} }}}
	h := newHook(t, c, inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "fn"}, orderCreated.Trigger(),
		func(_ context.Context, in inngestgo.Input[orderData]) (any, error) {
			return in.Events[0].Data.OrderID, nil
		}))
	wantOutput(t, h.call(t, callOf{event: `{"name":"test/order.created","data":{"orderId":"","total":1}}`}), `"rewritten"`)
	wantFailure(t, h.call(t, callOf{event: `{"name":"test/order.created","data":{"orderId":"o1","total":-1}}`}), http.StatusInternalServerError, "ValidationError", false)
}

func TestRequestContextValuesReachTheFunction(t *testing.T) {
	t.Parallel()
	type key struct{}
	h := newHook(t, inngestkit.Config{}, fn(func(ctx context.Context, _ input) (any, error) { return ctx.Value(key{}), nil }))
	wantOutput(t, h.serve(callOf{}.request(context.WithValue(t.Context(), key{}, "value"))), `"value"`)
}
