package inngestkit_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// A key is rotated in three steps: the app is deployed with the new key and
// the old one as fallback, the server changes over, the fallback goes. At none
// of them does a call fail, a large state stay unfetched, or a sync.
func TestKeyRotation(t *testing.T) {
	t.Parallel()
	oldKey, newKey := signingKey, fallbackKey
	for _, stage := range []struct {
		name          string
		key, fallback string
		server        string
	}{
		{"before", oldKey, "", oldKey},
		{"the app has both", newKey, oldKey, oldKey},
		{"the server has changed over", newKey, oldKey, newKey},
		{"after", newKey, "", newKey},
	} {
		accepted, _ := signature.HashKey(stage.server)
		var synced atomic.Int32
		api := newInngestAPI(t, func(r *http.Request) (int, string) {
			switch {
			case r.Header.Get("Authorization") != "Bearer "+accepted:
				return http.StatusUnauthorized, "{}"
			case r.URL.Path == "/fn/register":
				synced.Add(1)
				return http.StatusOK, `{"ok":true,"modified":true}`
			}
			return stateAPI(r)
		})
		var ran atomic.Int32
		h := newHook(t, inngestkit.Config{
			Mode: inngestkit.ModeCloud, SigningKey: stage.key, SigningKeyFallback: stage.fallback,
			EventKey: "key", BaseURL: api.URL,
		}, counted(&ran))

		if got := ops(t, h.call(t, callOf{sign: stage.server})); string(got[0].Data) != `"ran again"` {
			t.Errorf("%s: a call reported %s", stage.name, got[0].Data)
		}
		fetches := callLarge(t.Context(), large["in ctx"])
		fetches.Header.Set(wire.HeaderSignature, signature.Sign(stage.server, []byte(large["in ctx"]), time.Now()))
		if got := ops(t, h.serve(fetches)); string(got[0].Data) != `"A1 2"` {
			t.Errorf("%s: a call with a large state reported %s", stage.name, got[0].Data)
		}
		if err := h.app.Sync(t.Context(), "http://shop.test/api/inngest"); err != nil || synced.Load() != 1 {
			t.Errorf("%s: %v", stage.name, err)
		}
		inBand := `{"url":"http://shop.test/api/inngest"}`
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPut, "/", strings.NewReader(inBand))
		r.Header.Set(wire.HeaderSignature, signature.Sign(stage.server, []byte(inBand), time.Now()))
		if w := h.serve(r); w.Code != http.StatusOK {
			t.Errorf("%s: a sync in band was answered %d", stage.name, w.Code)
		}
	}
}

func TestDevModeWarnsOfProductionKeys(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]inngestkit.Config{
		"key":      {SigningKey: "signkey-prod-c0ffee"},
		"fallback": {SigningKey: signingKey, SigningKeyFallback: "signkey-prod-c0ffee"},
	} {
		h := newHook(t, c, fn(one))
		if log := h.log.String(); !strings.Contains(log, "level=WARN") || !strings.Contains(log, "production signing key") || strings.Contains(log, "c0ffee") {
			t.Errorf("%s: the log is\n%s", name, log)
		}
		c.AppID, c.Mode, c.Strict = "shop", inngestkit.ModeDev, true
		if _, err := inngestkit.New(c); err == nil {
			t.Errorf("%s: strict took it", name)
		}
	}
}
