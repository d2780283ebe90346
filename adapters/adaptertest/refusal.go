package adaptertest

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// Secrets that must not be in a log or an answer.
const (
	fallbackKey   = "signkey-test-fedcba9876543210"
	secretPayload = "secret-payload-7c1f"
)

// badRequest is a request that the webhook must refuse. Zero fields have the values
// of a good call.
type badRequest struct {
	name    string
	method  string
	query   string
	body    *string
	headers []string // of X-Inngest-Signature
	says    string   // the reason in the log
}

// badRequests returns all kinds of requests whose signature is missing or wrong.
func badRequests(body string) []badRequest {
	now := time.Now()
	good := signature.Sign(signingKey, []byte(body), now)
	ts, sum, _ := strings.Cut(good, "&")
	one := func(header string) []string { return []string{header} }
	with := func(body string) *string { return &body }
	return []badRequest{
		{name: "unsigned", says: "no signature"},
		{name: "an empty signature", headers: one(""), says: "no signature"},
		{name: "another key", headers: one(signature.Sign("signkey-test-00", []byte(body), now)), says: "does not match"},
		{name: "the key's hash as a key", headers: one(signature.Sign(hashOf(signingKey), []byte(body), now)), says: "does not match"},
		{name: "too old", headers: one(signature.Sign(signingKey, []byte(body), now.Add(-6*time.Minute))), says: "five minutes"},
		{name: "from the future", headers: one(signature.Sign(signingKey, []byte(body), now.Add(6*time.Minute))), says: "five minutes"},
		{name: "a truncated body", headers: one(good), body: with(body[:len(body)-1]), says: "does not match"},
		{name: "no body", headers: one(good), body: with(""), says: "does not match"},
		{name: "another body", headers: one(good), body: with(strings.Replace(body, secretPayload, "else", 1)), says: "does not match"},
		{name: "a body that is not JSON", headers: one(good), body: with("\x00\xff{"), says: "does not match"},
		{name: "a body nested deeply", headers: one(good), body: with(strings.Repeat("[", 1<<20)), says: "does not match"},
		{name: "a body with a lone surrogate", headers: one(good), body: with(`{"event":{"name":"\ud800"}}`), says: "does not match"},
		{name: "a body with names twice", headers: one(good), body: with(`{"ctx":{},"ctx":{}}`), says: "does not match"},
		{name: "a body with a huge number", headers: one(good), body: with(`{"ctx":1e999999999}`), says: "does not match"},
		{name: "only a time", headers: one(ts), says: "malformed"},
		{name: "only a sum", headers: one(sum), says: "malformed"},
		{name: "no parts", headers: one("signature"), says: "malformed"},
		{name: "an unknown part", headers: one(good + "&v=1"), says: "malformed"},
		{name: "a time twice", headers: one(good + "&" + ts), says: "malformed"},
		{name: "a sum twice", headers: one(good + "&" + sum), says: "malformed"},
		{name: "a header twice", headers: []string{good, good}, says: "malformed"},
		{name: "a header beside an empty one", headers: []string{good, ""}, says: "malformed"},
		{name: "a sum that is not hexadecimal", headers: one(ts + "&s=" + strings.Repeat("z", 64)), says: "malformed"},
		{name: "a short sum", headers: one(good[:len(good)-2]), says: "malformed"},
		{name: "a time that is no number", headers: one("t=now&" + sum), says: "malformed"},
		{name: "a time with a sign", headers: one("t=+1&" + sum), says: "malformed"},
		{name: "a negative time", headers: one("t=-1&" + sum), says: "malformed"},
		{name: "a time too large", headers: one("t=99999999999999999999&" + sum), says: "malformed"},
		{name: "a huge header", headers: one(good + strings.Repeat("0", 100_000)), says: "malformed"},
		{name: "a trust probe", query: wire.QueryProbe + "=" + wire.ProbeTrust, says: "no signature"},
		{name: "an inspection", method: http.MethodGet, body: with("")},
		{name: "an inspection with another key", method: http.MethodGet, body: with(""), headers: one(signature.Sign("signkey-test-00", nil, now))},
		{name: "a sync", method: http.MethodPut, body: with(""), says: "unsigned sync"},
		{name: "a sync with another body", method: http.MethodPut, headers: one(good), body: with(`{"url":"http://elsewhere"}`), says: "does not match"},
		{name: "a sync with a malformed signature", method: http.MethodPut, headers: one("x"), says: "malformed"},
	}
}

func hashOf(key string) string {
	hash, _ := signature.HashKey(key)
	return hash
}

// testRefusals sends every bad request. The answer is always the same 401, and only
// the log has the reason. No function runs, and neither the log nor the answer
// contains a key, a signature or a part of the body.
func testRefusals(t *testing.T, a Adapter) {
	body := callBody(t, order{ID: "o-1", Note: secretPayload}, nil)
	for _, bad := range badRequests(body) {
		log := &lockedBuffer{}
		k := newKit(t, a, nil, func(c *inngestkit.Config) {
			c.SigningKeyFallback = fallbackKey
			c.Logger = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		r := k.refused(bad, body)
		equal(t, "status of "+bad.name, r.status, http.StatusUnauthorized)
		equal(t, "answer to "+bad.name, r.body, `{"message":"Unauthorized"}`)
		logged := log.String()
		if !strings.Contains(logged, bad.says) {
			t.Errorf("the log does not say %q about %s:\n%s", bad.says, bad.name, logged)
		}
		for _, secret := range append([]string{"0123456789abcdef", "fedcba9876543210", hashOf(signingKey)[len("signkey-test-"):], secretPayload}, sums(bad.headers)...) {
			if strings.Contains(logged, secret) || strings.Contains(r.body, secret) || strings.Contains(headerText(r.header), secret) {
				t.Errorf("%q is in the log of %s, or in its answer:\n%s", secret, bad.name, logged)
			}
		}
	}
}

// refused sends a bad request.
func (k *kit) refused(bad badRequest, body string) reply {
	k.Helper()
	if bad.body != nil {
		body = *bad.body
	}
	if bad.method == "" {
		bad.method = http.MethodPost
	}
	query := url.Values{wire.QueryFunctionID: {appID + "-note"}, wire.QueryStepID: {wire.StepAny}}.Encode()
	if bad.query != "" {
		query = bad.query
	}
	req, err := http.NewRequestWithContext(k.Context(), bad.method, k.url+defaultPath+"?"+query, strings.NewReader(body))
	if err != nil {
		k.Fatal(err)
	}
	req.Header[wire.HeaderSignature] = bad.headers
	res, err := k.client.Do(req)
	if err != nil {
		k.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		k.Fatal(err)
	}
	return reply{status: res.StatusCode, header: res.Header, body: string(raw)}
}

// sums returns the sums in signature headers.
func sums(headers []string) []string {
	var all []string
	for _, h := range headers {
		if _, sum, ok := strings.Cut(h, "&s="); ok && len(sum) >= 64 {
			all = append(all, sum[:64])
		}
	}
	return all
}

func headerText(h http.Header) string {
	var b bytes.Buffer
	_ = h.Write(&b) // a buffer does not fail
	return b.String()
}

// testDoubleParameters sends signed calls that name a function or a step twice. The
// signature does not cover the query. The log has the reason.
func testDoubleParameters(t *testing.T, a Adapter) {
	log := &lockedBuffer{}
	k := newKit(t, a, nil, func(c *inngestkit.Config) { c.Logger = slog.New(slog.NewJSONHandler(log, nil)) })
	for _, more := range []string{wire.QueryFunctionID + "=" + appID + "-panic", wire.QueryStepID + "=other"} {
		r := k.signed(http.MethodPost, callPath(defaultPath, "note")+"&"+more, callBody(t, order{ID: "o-1"}, nil))
		equal(t, "status with "+more, r.status, http.StatusBadRequest)
	}
	equal(t, "refusals in the log", strings.Count(log.String(), "names its function or step twice"), 2)
}

// lockedBuffer is a log that is safe for concurrent use.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
