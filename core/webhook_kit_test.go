package inngestkit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

const (
	signingKey  = "signkey-test-0123456789abcdef"
	fallbackKey = "signkey-test-fedcba9876543210"
)

// hook is an app seen from the outside: its webhook and its log.
type hook struct {
	app     *inngestkit.App
	handler http.Handler
	log     *bytes.Buffer
}

// newHook registers functions with an app in dev mode, unless c says
// otherwise.
func newHook(t testing.TB, c inngestkit.Config, sources ...inngestkit.Source) *hook {
	t.Helper()
	log := &bytes.Buffer{}
	if c.AppID == "" {
		c.AppID = "shop"
	}
	if c.Mode == "" {
		c.Mode = inngestkit.ModeDev
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	app, err := inngestkit.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := app.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	if err := app.Register(sources...); err != nil {
		t.Fatal(err)
	}
	return &hook{app: app, handler: app.Handler(), log: log}
}

// callOf is a call of a function; its zero value is a first call.
type callOf struct {
	fn     string
	target string
	event  string
	events []string
	steps  map[string]string // by unhashed id
	ctx    map[string]any
	useAPI bool
	sign   string
	header http.Header
}

func (c callOf) request(ctx context.Context) *http.Request {
	if c.event == "" {
		c.event = `{"name":"test/started","data":{}}`
	}
	if c.events == nil {
		c.events = []string{c.event}
	}
	steps := map[string]json.RawMessage{}
	for id, result := range c.steps {
		steps[wire.HashStepID(id, 0)] = json.RawMessage(result)
	}
	call := map[string]any{"run_id": "run-1", "attempt": 0, "fn_id": "5d5f3bd0-0000-4000-8000-000000000000"}
	maps.Copy(call, c.ctx)
	body := map[string]any{"event": json.RawMessage(c.event), "steps": steps, "ctx": call}
	all := make([]json.RawMessage, len(c.events))
	for i, ev := range c.events {
		all[i] = json.RawMessage(ev)
	}
	body["events"] = all
	if c.useAPI {
		body["use_api"] = true
	}
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	target := wire.StepAny
	if c.target != "" {
		target = wire.HashStepID(c.target, 0)
	}
	if c.fn == "" {
		c.fn = "shop-fn"
	}
	query := url.Values{wire.QueryFunctionID: {c.fn}, wire.QueryStepID: {target}}
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/api/inngest?"+query.Encode(), bytes.NewReader(raw))
	maps.Copy(r.Header, c.header)
	if c.sign != "" {
		r.Header.Set(wire.HeaderSignature, signature.Sign(c.sign, raw, time.Now()))
	}
	return r
}

func (h *hook) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

func (h *hook) call(t *testing.T, c callOf) *httptest.ResponseRecorder {
	t.Helper()
	return h.serve(c.request(t.Context()))
}

// ops are the op codes of a 206.
func ops(t *testing.T, w *httptest.ResponseRecorder) []wire.Op {
	t.Helper()
	if w.Code != http.StatusPartialContent {
		t.Fatalf("answered %d %s, want 206", w.Code, w.Body)
	}
	var all []wire.Op
	if err := json.Unmarshal(w.Body.Bytes(), &all); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return all
}

// wantFailure checks an answer that reports a failed call.
func wantFailure(t *testing.T, w *httptest.ResponseRecorder, status int, name string, retry bool) wire.CallError {
	t.Helper()
	var e wire.CallError
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	if w.Code != status || e.Name != name {
		t.Errorf("answered %d %q (%s), want %d %q", w.Code, e.Name, e.Message, status, name)
	}
	if got, want := w.Header().Get(wire.HeaderNoRetry), fmt.Sprint(!retry); got != want {
		t.Errorf("the header that forbids a retry is %q, want %q", got, want)
	}
	return e
}

func wantOutput(t *testing.T, w *httptest.ResponseRecorder, output string) {
	t.Helper()
	if got := strings.TrimSpace(w.Body.String()); w.Code != http.StatusOK || got != output {
		t.Errorf("answered %d %s, want 200 %s", w.Code, got, output)
	}
}

// fn declares the function "fn" on the untyped event "test/started".
func fn(handler inngestgo.SDKFunction[map[string]any], options ...inngestkit.FunctionOption) inngestkit.Function {
	return inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "fn"}, inngestgo.EventTrigger("test/started", nil), handler, options...)
}
