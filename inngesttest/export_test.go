package inngesttest

import (
	"net/http"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// NewOnServer does the same as [Config.NewFunctions] with INNGEST_DEV_SERVER_URL set.
// The server is reached by toServer, and serve lets it call the app.
func NewOnServer(t testing.TB, c Config, toServer http.RoundTripper, serve func(app http.Handler), sources ...inngestkit.Source) *Env {
	t.Helper()
	const url = "http://server.test"
	return c.newEnv(t, &connection{
		url: url, client: &http.Client{Transport: toServer},
		serve: func(app http.Handler) (string, func()) { serve(app); return appURL, func() {} },
	}, c.app(t, sources))
}
