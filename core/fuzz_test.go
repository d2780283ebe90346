package inngestkit_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// FuzzCall holds that the webhook answers any call that is signed, never with
// the status of a finished run unless the function has returned, and refuses
// the same bytes unsigned.
func FuzzCall(f *testing.F) {
	for _, body := range []string{
		`{"event":{"name":"test/started","data":{}},"events":[{"name":"test/started","data":{}}],"steps":{},"ctx":{"run_id":"r","attempt":0,"fn_id":"5d5f3bd0-0000-4000-8000-000000000000","stack":{"stack":["x"],"current":1}}}`,
		`{"event":{"name":"test/started","data":{"\ud800":1e400}},"steps":{"86f7e437faa5a7fce15d1ddcb9eaea377667b8b8":{"error":{"message":7}}},"ctx":{"disable_immediate_execution":true}}`,
		`{"event":{"name":"a"},"event":{"name":"b"},"steps":{"86f7e437faa5a7fce15d1ddcb9eaea377667b8b8":{"error":null}},"ctx":{}}`,
		`{"use_api":true,"ctx":{"run_id":"../x"}}`, `[]`, ``, `{"event":null}`, "{\"event\":\"\xff\"}",
	} {
		f.Add("fnId=shop-fn&stepId=step", []byte(body))
		f.Add("fnId=shop-fn&stepId=86f7e437faa5a7fce15d1ddcb9eaea377667b8b8", []byte(body))
	}
	f.Fuzz(func(t *testing.T, query string, body []byte) {
		returned := false
		h := newHook(t, inngestkit.Config{
			Mode: inngestkit.ModeCloud, SigningKey: signingKey, EventKey: "key",
			HTTPClient: &http.Client{Transport: &eventAPI{}},
		}, fn(func(ctx context.Context, in input) (any, error) {
			out, err := handlesError(ctx, in)
			returned = true
			return out, err
		}))
		call := func(header string) *http.Request {
			r := callOf{}.request(t.Context())
			r.URL.RawQuery = query
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			r.Header.Set(wire.HeaderSignature, header)
			return r
		}
		if w := h.serve(call(signature.Sign("signkey-test-00", body, time.Now()))); w.Code != http.StatusUnauthorized {
			t.Errorf("answered %d %s to a call that nobody signed", w.Code, w.Body)
		}
		w := h.serve(call(signature.Sign(signingKey, body, time.Now())))
		if probe := w.Header().Get(wire.HeaderSignature) != ""; w.Code == http.StatusOK && !returned && !probe {
			t.Errorf("answered 200 %s to %q before the function had returned", w.Body, body)
		}
	})
}
