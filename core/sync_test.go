package inngestkit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
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
	"github.com/inngestkit/inngestkit/core/adapter"
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
		"content type":         {sent.Header.Get("Content-Type"), "application/json"},
		"user agent":           {sent.Header.Get("User-Agent"), inngestgo.HeaderValueSDK},
		"SDK":                  {sent.Header.Get(wire.HeaderSDK), inngestgo.HeaderValueSDK},
		"version":              {sent.Header.Get(wire.HeaderReqVersion), wire.ReqVersion},
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

// A signed sync that makes no sense is refused, and is no sync.
func TestMalformedSyncs(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{Mode: inngestkit.ModeCloud, SigningKey: signingKey, EventKey: "key"}, fn(one))
	for body, says := range map[string]string{
		"":                         "not a sync request",
		"{":                        "not a sync request",
		"[]":                       "not a sync request",
		`{"url":7}`:                "not a sync request",
		"{}":                       "url is not absolute",
		`{"url":"/api/inngest"}`:   "url is not absolute",
		`{"url":"http://[::1/x"}`:  "url is not absolute",
		`{"url":"mailto:a@b.com"}`: "url is not absolute",
	} {
		r := httptest.NewRequest(http.MethodPut, "/", strings.NewReader(body))
		r.Header.Set(wire.HeaderSignature, signature.Sign(signingKey, []byte(body), time.Now()))
		e := wantFailure(t, h.serve(r), http.StatusBadRequest, "BadSync", true)
		if !strings.Contains(e.Message, says) {
			t.Errorf("%q: %q does not say %q", body, e.Message, says)
		}
	}
	large := httptest.NewRequest(http.MethodPut, "/", strings.NewReader(`{"url":"http://shop.test/"}`))
	large.ContentLength += 100 // as if middleware had read a part
	large.Header.Set(wire.HeaderSignature, signature.Sign(signingKey, []byte(`{"url":"http://shop.test/"}`), time.Now()))
	wantFailure(t, h.serve(large), http.StatusInternalServerError, "BodyConsumed", true)
	for name, w := range map[string]*httptest.ResponseRecorder{
		"signed by another": h.serve(signedPut("signkey-test-00")),
		"another body": h.serve(func() *http.Request {
			r := signedPut(signingKey)
			r.Body = io.NopCloser(strings.NewReader(strings.Repeat(" ", int(r.ContentLength))))
			return r
		}()),
	} {
		if w.Code != http.StatusUnauthorized {
			t.Errorf("%s: answered %d %s", name, w.Code, w.Body)
		}
	}
	if last := h.app.Health().LastSync; last != nil {
		t.Errorf("the last sync is %+v", last)
	}
}

func TestSyncSaysWhereTheNamedFunctionIs(t *testing.T) {
	t.Parallel()
	reason := ""
	api := newInngestAPI(t, func(*http.Request) (int, string) { return http.StatusBadRequest, fmt.Sprintf(`{"error":%q}`, reason) })
	h := newHook(t, inngestkit.Config{DevServerURL: api.URL}, fn(one), onOrder("fn-2", func(context.Context, inngestgo.Input[orderData]) (any, error) { return nil, nil }))
	for said, want := range map[string]string{
		"function shop-fn-2 has a bad expression": `function "fn-2" (core/story_test.go:`,
		"function shop-fn has a bad expression":   `function "fn" (core/webhook_kit_test.go:`,
		"the account is closed":                   "",
	} {
		reason = said
		body := h.serve(put("/")).Body.String()
		var reply wire.SyncReply
		if err := json.Unmarshal([]byte(body), &reply); err != nil {
			t.Fatal(err)
		}
		if _, place, found := strings.Cut(reply.Message, "it is about "); found != (want != "") || !strings.HasPrefix(place, want) {
			t.Errorf("%q: the answer is %q, want the place %q", said, reply.Message, want)
		}
	}
}

func TestSyncReportsTheFramework(t *testing.T) {
	t.Parallel()
	api := newInngestAPI(t, accept)
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", DevServerURL: api.URL, Logger: slog.New(slog.DiscardHandler), HTTPClient: &http.Client{Transport: unreachableApp{api.URL}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, framework := range []string{"", "gin", "nethttp"} {
		switch framework {
		case "gin":
			adapter.Handler(app, adapter.WithFramework("gin"))
		case "nethttp":
			app.Handler()
		}
		if err := app.Sync(t.Context(), "http://shop.test/api/inngest"); err != nil {
			t.Fatal(err)
		}
		var sent wire.SyncRequest
		if err := json.Unmarshal(api.bodies[len(api.bodies)-1], &sent); err != nil {
			t.Fatal(err)
		}
		if sent.Framework != framework {
			t.Errorf("the framework is %q, want %q", sent.Framework, framework)
		}
	}
}

// unreachableApp reaches the server only.
type unreachableApp struct{ server string }

func (u unreachableApp) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasPrefix(r.URL.String(), u.server) {
		return nil, errNetwork
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestSyncNeedsAnAddress(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{}, fn(one))
	for _, address := range []string{"", "/api/inngest", "shop.test/api/inngest", "http://", "http://[::1/x", "mailto:a@b.com"} {
		if err := h.app.Sync(t.Context(), address); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%q", address)) || !strings.Contains(err.Error(), "http://127.0.0.1:8080/api/inngest") {
			t.Errorf("from %q: %v", address, err)
		}
	}
}

func TestSyncNamesThePlatform(t *testing.T) {
	names := []string{"AWS_REGION", "VERCEL", "NETLIFY"}
	for name, c := range map[string]struct{ value, want string }{
		"":           {"", ""},
		"AWS_REGION": {"eu-central-1", "aws-eu-central-1"},
		"VERCEL":     {"1", "vercel"},
		"NETLIFY":    {"true", "netlify"},
	} {
		for _, n := range names {
			t.Setenv(n, "")
		}
		if name != "" {
			t.Setenv(name, c.value)
		}
		h := newHook(t, inngestkit.Config{SigningKey: signingKey}, fn(one))
		var got wire.InBandSyncReply
		if err := json.Unmarshal(h.serve(signedPut(signingKey)).Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if deref(got.Platform) != c.want {
			t.Errorf("with %s the platform is %q, want %q", name, deref(got.Platform), c.want)
		}
	}
}

// In dev mode a caller whose signature is wrong receives the short form, which
// says so.
func TestInspectionWithAWrongSignature(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{SigningKey: signingKey, SigningKeyFallback: fallbackKey, EventKey: "key"}, fn(one))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set(wire.HeaderSignature, signature.Sign("signkey-test-00", nil, time.Now()))
	if got, want := h.serve(r).Body.String(),
		`{"schema_version":"2024-05-24","authentication_succeeded":false,"function_count":1,"has_event_key":true,"has_signing_key":true,"has_signing_key_fallback":true,"mode":"dev"}`; got != want {
		t.Errorf("answered %s", got)
	}
}

// With the key an inspection shows the whole configuration, with hashes of the
// keys.
func TestInspectionInFull(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config inngestkit.Config
		want   string
	}{
		"everything": {
			inngestkit.Config{
				Mode: inngestkit.ModeCloud, SigningKey: signingKey, SigningKeyFallback: fallbackKey, EventKey: "key", Env: "pr-1",
				BaseURL: "https://self.test", ServeOrigin: "https://shop.test", ServePath: "/hook",
			},
			`{"schema_version":"2024-05-24","authentication_succeeded":true,"function_count":1,"has_event_key":true,"has_signing_key":true,"has_signing_key_fallback":true,"mode":"cloud",
				"api_origin":"https://self.test","app_id":"shop","env":"pr-1","event_api_origin":"https://self.test","framework":"nethttp","sdk_language":"go","sdk_version":"0.16.0",
				"serve_origin":"https://shop.test","serve_path":"/hook","capabilities":{"in_band_sync":"v1","trust_probe":"v1"},
				"event_key_hash":"2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683",
				"signing_key_hash":` + hashOf(signingKey) + `,"signing_key_fallback_hash":` + hashOf(fallbackKey) + `}`,
		},
		"little": {
			inngestkit.Config{SigningKey: signingKey},
			`{"schema_version":"2024-05-24","authentication_succeeded":true,"function_count":1,"has_event_key":false,"has_signing_key":true,"has_signing_key_fallback":false,"mode":"dev",
				"api_origin":"http://127.0.0.1:8288","app_id":"shop","env":null,"event_api_origin":"http://127.0.0.1:8288","framework":"nethttp","sdk_language":"go","sdk_version":"0.16.0",
				"serve_origin":null,"serve_path":null,"capabilities":{"in_band_sync":"v1","trust_probe":"v1"},
				"event_key_hash":null,"signing_key_hash":` + hashOf(signingKey) + `,"signing_key_fallback_hash":null}`,
		},
	} {
		h := newHook(t, c.config, fn(one))
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set(wire.HeaderSignature, signature.Sign(signingKey, nil, time.Now()))
		var got, want map[string]any
		if err := json.Unmarshal(h.serve(r).Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func hashOf(key string) string {
	hash, _ := signature.HashKey(key)
	return fmt.Sprintf("%q", hash)
}
