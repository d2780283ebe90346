package engine_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// TestAnswersOfOthersNameTheCause checks that the error of a run or a sync names the
// probable sender of an answer that did not come from a function.
func TestAnswersOfOthersNameTheCause(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status  int
		handled string
		want    string
	}{
		"no handler":     {http.StatusNotFound, "", "is there an Inngest handler"},
		"auth":           {http.StatusForbidden, "", "exempt the webhook"},
		"a rate limit":   {http.StatusTooManyRequests, "", "exempt the webhook"},
		"a timeout":      {http.StatusServiceUnavailable, "", "exempt the webhook"},
		"the app itself": {http.StatusUnauthorized, "true", "signing key"},
	} {
		k := newKit(t, func(cfg *engine.Config) {
			cfg.Transport = engine.InProcess(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set(wire.HeaderSDKHandled, c.handled)
				w.WriteHeader(c.status)
			}))
		})
		if err := k.SyncURL(t.Context(), "http://app.test/api"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the sync says %v, want %q", name, err, c.want)
		}
		if _, err := k.Register(rawApp("shop-raw", `[{"event":"go"}]`)); err != nil {
			t.Fatal(err)
		}
		wantFailed(t, k.play(`{}`), c.want)
	}
}
