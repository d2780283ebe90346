package adaptertest

import (
	"net/http"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func testSync(t *testing.T, a Adapter) {
	for _, path := range []string{defaultPath, defaultPath + "/"} {
		k := newKit(t, a, nil, func(c *inngestkit.Config) { c.AllowUnsignedSync = true })
		r := k.do(http.MethodPut, path, nil)
		equal(t, "status", r.status, http.StatusOK)
		got := k.inngest.synced(t)
		equal(t, "framework", got.Framework, a.Framework)
		equal(t, "URL", got.URL, k.url+path)
		equal(t, "app", got.AppName, appID)
		equal(t, "number of functions", len(got.Functions), len(shop()))
	}
}

func testSyncInBand(t *testing.T, a Adapter) {
	k := newKit(t, a, nil, nil)
	r := k.signed(http.MethodPut, defaultPath, `{"url":"https://shop.example.com/api/inngest"}`)
	equal(t, "status", r.status, http.StatusOK)
	got := parse[wire.InBandSyncReply](t, r.body)
	if got.Framework == nil || *got.Framework != a.Framework {
		t.Errorf("the framework is %v, want %q", got.Framework, a.Framework)
	}
	equal(t, "URL", got.URL, "https://shop.example.com/api/inngest")
	equal(t, "number of syncs out of band", len(k.inngest.syncs), 0)
}

func testInspection(t *testing.T, a Adapter) {
	k := newKit(t, a, nil, nil)
	equal(t, "status unsigned", k.do(http.MethodGet, defaultPath, nil).status, http.StatusUnauthorized)

	r := k.signed(http.MethodGet, defaultPath, "")
	equal(t, "status", r.status, http.StatusOK)
	got := parse[wire.Inspection](t, r.body)
	if got.PrivateInspection == nil {
		t.Fatalf("the inspection is the short one: %s", r.body)
	}
	equal(t, "framework", got.Framework, a.Framework)
	equal(t, "number of functions", got.FunctionCount, len(shop()))
}
