package inngestkit_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

var update = flag.Bool("update", false, "rewrite golden files")

// golden compares got with a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got), rewrite with -update:\n%s", name, diff)
	}
}

// inngestAPI is the server's API for tests. It keeps the requests.
type inngestAPI struct {
	*httptest.Server

	mu       sync.Mutex // requests that a client gave up on overlap with their retries
	requests []*http.Request
	bodies   [][]byte
}

func newInngestAPI(t *testing.T, answer func(r *http.Request) (int, string)) *inngestAPI {
	t.Helper()
	api := &inngestAPI{}
	api.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		_, _ = body.ReadFrom(r.Body)
		api.mu.Lock()
		api.requests, api.bodies = append(api.requests, r), append(api.bodies, body.Bytes())
		api.mu.Unlock()
		status, reply := answer(r)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(reply))
	}))
	t.Cleanup(api.Close)
	return api
}

func accept(*http.Request) (int, string) { return http.StatusOK, `{"ok":true,"modified":true}` }

func put(target string) *http.Request {
	r := httptest.NewRequest(http.MethodPut, target, nil)
	r.Host = "shop.test"
	return r
}

func TestSyncSendsTheRegistration(t *testing.T) {
	t.Parallel()
	api := newInngestAPI(t, accept)
	c := inngestkit.Config{DevServerURL: api.URL, AppVersion: "v7", Env: "branch"}
	h := newHook(t, c, fn(one), inngestkit.NewFunction(
		inngestgo.FunctionOpts{ID: "a-second", Name: "Second", Retries: new(2)},
		inngestkit.AnyOf(orderCreated.Trigger(inngestkit.If("event.data.total > 10")), inngestkit.Cron("0 9 * * 1-5", inngestkit.WithZone("Europe/Berlin"), inngestkit.WithJitter(30*time.Second))),
		one,
	))
	r := put("/api/inngest?deployId=d1&token=x")
	r.Header.Set(wire.HeaderServerKind, wire.ServerKindDev)
	r.Header.Set("X-Forwarded-Proto", "https")
	w := h.serve(r)
	if got := strings.TrimSpace(w.Body.String()); w.Code != http.StatusOK || got != `{"modified":true,"message":"Successfully synced."}` {
		t.Errorf("answered %d %s", w.Code, got)
	}
	sent := api.requests[0]
	for what, c := range map[string][2]string{
		"path":                 {sent.URL.String(), "/fn/register?deployId=d1"},
		"expected server kind": {sent.Header.Get(wire.HeaderExpectedServerKind), "dev"},
		"environment":          {sent.Header.Get(wire.HeaderEnv), "branch"},
		"authorization":        {sent.Header.Get("Authorization"), ""},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is %q, want %q", what, c[0], c[1])
		}
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, api.bodies[0], "", "  "); err != nil {
		t.Fatal(err)
	}
	golden(t, "sync.golden.json", append(pretty.Bytes(), '\n'))
}

func TestSyncReportsTheServeAddress(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config inngestkit.Config
		target string
		want   string
	}{
		"the request's":    {inngestkit.Config{}, "/hook?token=x", "http://shop.test/hook?token=x"},
		"the origin given": {inngestkit.Config{ServeOrigin: "https://public.test/"}, "/hook", "https://public.test/hook"},
		"the path given":   {inngestkit.Config{ServePath: "/outside"}, "/hook", "http://shop.test/outside"},
	} {
		api := newInngestAPI(t, accept)
		c.config.DevServerURL = api.URL
		h := newHook(t, c.config, fn(one))
		http.StripPrefix("/", h.handler).ServeHTTP(httptest.NewRecorder(), put(c.target))
		var sent wire.SyncRequest
		if err := json.Unmarshal(api.bodies[0], &sent); err != nil {
			t.Fatal(err)
		}
		if sent.URL != c.want {
			t.Errorf("%s: %s, want %s", name, sent.URL, c.want)
		}
	}
}

func TestSyncTriesTheFallbackKey(t *testing.T) {
	t.Parallel()
	fallback, _ := signature.HashKey(fallbackKey)
	api := newInngestAPI(t, func(r *http.Request) (int, string) {
		if r.Header.Get("Authorization") != "Bearer "+fallback {
			return http.StatusUnauthorized, `{"error":"no"}`
		}
		return accept(r)
	})
	h := newHook(t, inngestkit.Config{
		Mode: inngestkit.ModeCloud, BaseURL: api.URL, EventKey: "key", AllowUnsignedSync: true,
		SigningKey: signingKey, SigningKeyFallback: fallbackKey,
	}, fn(one))
	if w := h.serve(put("/")); w.Code != http.StatusOK || len(api.requests) != 2 {
		t.Errorf("answered %d after %d requests: %s", w.Code, len(api.requests), w.Body)
	}
}

func TestSyncReportsWhyItFailed(t *testing.T) {
	t.Parallel()
	refused := newInngestAPI(t, func(*http.Request) (int, string) { return http.StatusBadRequest, `{"error":"bad expression"}` })
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for name, c := range map[string]struct{ url, want string }{
		"refused":     {refused.URL, "bad expression"},
		"unreachable": {gone.URL, "cannot be reached"},
	} {
		h := newHook(t, inngestkit.Config{DevServerURL: c.url}, fn(one))
		w := h.serve(put("/"))
		if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		if err := h.app.Sync(t.Context(), "http://shop.test/hook"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Sync returned %v", name, err)
		}
	}
}

func TestSyncInBand(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{Mode: inngestkit.ModeCloud, SigningKey: signingKey, EventKey: "key"}, fn(one))
	body := []byte(`{"url":"https://shop.test/hook"}`)
	r := httptest.NewRequest(http.MethodPut, "/", bytes.NewReader(body))
	r.Header.Set(wire.HeaderSignature, signature.Sign(signingKey, body, time.Now()))
	w := h.serve(r)
	if _, err := signature.Verify(w.Header().Get(wire.HeaderSignature), w.Body.Bytes(), time.Now(), signingKey); err != nil {
		t.Errorf("the answer's signature: %v", err)
	}
	var got wire.InBandSyncReply
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if w.Code != http.StatusOK || got.AppID != "shop" || got.URL != "https://shop.test/hook" || len(got.Functions) != 1 || *got.Framework != "nethttp" {
		t.Errorf("answered %d %+v", w.Code, got)
	}
	if strings.Contains(w.Body.String(), "0123456789abcdef") {
		t.Error("the answer holds the signing key")
	}
}

func TestInspection(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{SigningKey: signingKey}, fn(one))
	if got, want := h.serve(httptest.NewRequest(http.MethodGet, "/", nil)).Body.String(),
		`{"schema_version":"2024-05-24","authentication_succeeded":null,"function_count":1,"has_event_key":false,"has_signing_key":true,"has_signing_key_fallback":false,"mode":"dev"}`; got != want {
		t.Errorf("unsigned: %s", got)
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set(wire.HeaderSignature, signature.Sign(signingKey, nil, time.Now()))
	var got wire.Inspection
	if err := json.Unmarshal(h.serve(r).Body.Bytes(), &got); err != nil || got.PrivateInspection == nil {
		t.Fatalf("signed: %+v, %v", got, err)
	}
	if got.AppID != "shop" || got.Framework != "nethttp" || got.APIOrigin != inngestkit.DefaultDevServerURL || !*got.AuthenticationSucceeded {
		t.Errorf("signed: %+v", got.PrivateInspection)
	}
}

// A caller without a key learns that the sync failed, and no more.
func TestUnsignedSyncRevealsNothing(t *testing.T) {
	t.Parallel()
	api := newInngestAPI(t, func(*http.Request) (int, string) { return http.StatusForbidden, `{"error":"no such account"}` })
	h := newHook(t, inngestkit.Config{
		Mode: inngestkit.ModeCloud, SigningKey: signingKey, EventKey: "key", BaseURL: api.URL, AllowUnsignedSync: true,
	}, fn(one))
	w := h.serve(httptest.NewRequest(http.MethodPut, "http://shop.test/api/inngest", nil))
	if body := w.Body.String(); w.Code != http.StatusInternalServerError || strings.Contains(body, "account") || strings.Contains(body, api.URL) {
		t.Errorf("answered %d %s", w.Code, body)
	}
	if log := h.log.String(); !strings.Contains(log, "no such account") {
		t.Errorf("the log does not say why:\n%s", log)
	}
}
