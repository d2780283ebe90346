package engine_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func TestSyncURL(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status       int
		header, body string
		want         string
	}{
		"synced":     {200, "test:v1", `{"message":"Successfully synced.","modified":true}`, ""},
		"refused":    {500, "test:v1", `{"message":"the server said no","modified":false}`, "status 500: the server said no"},
		"not an SDK": {200, "", `<html>`, "is there an Inngest handler"},
	} {
		k := newKit(t, func(cfg *engine.Config) {
			cfg.Transport = engine.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPut || r.Header.Get(wire.HeaderServerKind) != "dev" {
					t.Errorf("asked with %s and %v", r.Method, r.Header)
				}
				w.Header().Set(wire.HeaderSDK, c.header)
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}))
		})
		err := k.SyncURL(t.Context(), "http://app.test/api")
		if (c.want == "") != (err == nil) || (err != nil && !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// TestSignedSync checks that an app in cloud mode registers in its answer, and that
// it accepts the signatures of later calls.
func TestSignedSync(t *testing.T) {
	t.Parallel()
	key, cloud := "signkey-test-0123456789abcdef0123456789abcdef", false
	client, err := inngestgo.NewClient(inngestgo.ClientOpts{AppID: "shop", Dev: &cloud, SigningKey: &key})
	if err != nil {
		t.Fatal(err)
	}
	k := newKit(t, func(c *engine.Config) {
		// The SDK compares with the system's time.
		c.Clock, c.SigningKey, c.Transport = engine.RealClock{}, key, engine.InProcess(client.Serve())
	})
	k.client = client
	k.on("f", func(context.Context, input) (any, error) { return "signed", nil })
	if err := k.SyncURL(t.Context(), "http://app.test/api"); err != nil {
		t.Fatal(err)
	}
	r, err := k.WaitRun(t.Context(), k.runsOf(k.send("go", `{}`))[0])
	if err != nil {
		t.Fatal(err)
	}
	want(t, r, `"signed"`)
}
