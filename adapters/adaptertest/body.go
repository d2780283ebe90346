package adaptertest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func testSignature(t *testing.T, a Adapter) {
	k := newKit(t, a, nil, nil)
	path := callPath(defaultPath, "note")
	body := callBody(t, order{ID: "o-1", Note: "pay 1"}, nil)
	sig := signature.Sign(signingKey, []byte(body), time.Now())
	for _, c := range []struct {
		name, body, signature string
		want                  int
	}{
		{"signed", body, sig, http.StatusOK},
		{"tampered with", strings.Replace(body, "pay 1", "pay 2", 1), sig, http.StatusUnauthorized},
		{"signed with another key", body, signature.Sign("signkey-test-00", []byte(body), time.Now()), http.StatusUnauthorized},
		{"signed too long ago", body, signature.Sign(signingKey, []byte(body), time.Now().Add(-time.Hour)), http.StatusUnauthorized},
		{"unsigned", body, "", http.StatusUnauthorized},
	} {
		r := k.do(http.MethodPost, path, strings.NewReader(c.body), wire.HeaderSignature, c.signature)
		equal(t, "status of a call "+c.name, r.status, c.want)
	}
}

// testRawBody signs a body that no encoder writes. Its signature matches only the
// same bytes.
func testRawBody(t *testing.T, a Adapter) {
	k := newKit(t, a, nil, nil)
	body := " {\t\"steps\" : { },\r\n \"ctx\":{\"attempt\":0 ,\"run_id\":\"r\",\"fn_id\":\"00000000-0000-0000-0000-000000000000\", \"n\":1.50E+2}," +
		`"event":{"name":"` + orderPlaced.Name() + `","data":{"note":"\u003cb\u003e \/ é, \u00e9; &amp; 50%+20%20","id":"o-1"}},"events":[]}` + "\n"
	r := k.call("note", body)
	equal(t, "status", r.status, http.StatusOK)
	equal(t, "note", parse[string](t, r.body), "<b> / é, é; &amp; 50%+20%20")
}

func testConsumedBody(t *testing.T, a Adapter) {
	for name, then := range map[string]func(*http.Request){
		"read":     func(*http.Request) {},
		"closed":   func(r *http.Request) { _ = r.Body.Close() },
		"replaced": func(r *http.Request) { r.Body = http.NoBody },
	} {
		k := newKit(t, a, func(s *Setup) {
			s.Upstream = func(r *http.Request) *http.Request {
				_, _ = io.Copy(io.Discard, r.Body)
				then(r)
				return r
			}
		}, nil)
		r := k.call("note", callBody(t, order{ID: "o-1"}, nil))
		equal(t, "status with a body "+name, r.status, http.StatusInternalServerError)
		if !strings.Contains(r.body, "already consumed") {
			t.Errorf("with a body %s the answer is %s, want it to say \"already consumed\"", name, r.body)
		}
	}
}

func testLargeBody(t *testing.T, a Adapter) {
	k := newKit(t, a, nil, func(c *inngestkit.Config) { c.MaxBodyBytes = 1 << 10 })
	small := k.call("note", callBody(t, order{ID: "o-1"}, nil))
	equal(t, "status of a small call", small.status, http.StatusOK)
	large := k.call("note", callBody(t, order{ID: "o-1", Note: strings.Repeat("x", 1<<10)}, nil))
	equal(t, "status of a large call", large.status, http.StatusRequestEntityTooLarge)
}

// testNoBody serves a request without a body, which only a test can make.
func testNoBody(t *testing.T, a Adapter) {
	k := newKit(t, a, nil, nil)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, callPath(defaultPath, "note"), nil)
	r.Body = nil
	r.Header.Set(wire.HeaderSignature, signature.Sign(signingKey, nil, time.Now()))
	w := httptest.NewRecorder()
	k.handler.ServeHTTP(w, r)
	equal(t, "status", w.Code, http.StatusBadRequest)
}
