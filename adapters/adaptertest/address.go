package adaptertest

import (
	"net/http"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// testAddresses syncs through proxies. The reported address may differ from the
// route, which does not change.
func testAddresses(t *testing.T, a Adapter) {
	behindProxy := []string{"X-Forwarded-Proto", "https", "X-Forwarded-Host", "shop.example.com", "X-Forwarded-Prefix", "/shop"}
	for name, c := range map[string]struct {
		headers []string
		config  inngestkit.Config
		want    func(own string) string // of the application's host
	}{
		"nothing between": {nil, inngestkit.Config{},
			func(own string) string { return "http://" + own + prefix + defaultPath }},
		"TLS termination": {[]string{"X-Forwarded-Proto", "https"}, inngestkit.Config{},
			func(own string) string { return "https://" + own + prefix + defaultPath }},
		"a proxy that nobody trusts": {behindProxy, inngestkit.Config{},
			func(own string) string { return "https://" + own + prefix + defaultPath }},
		"a trusted proxy": {behindProxy, inngestkit.Config{TrustForwardedHost: true},
			func(string) string { return "https://shop.example.com/shop" + prefix + defaultPath }},
		"a gateway that rewrites paths": {nil, inngestkit.Config{ServeOrigin: "https://shop.example.com", ServePath: "/shop/inngest"},
			func(string) string { return "https://shop.example.com/shop/inngest" }},
		"a gateway before a proxy": {behindProxy, inngestkit.Config{ServeOrigin: "https://api.example.com", TrustForwardedHost: true},
			func(string) string { return "https://api.example.com/shop" + prefix + defaultPath }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKit(t, a, func(s *Setup) { s.Prefix = prefix }, func(to *inngestkit.Config) {
				to.AllowUnsignedSync = true
				to.ServeOrigin, to.ServePath, to.TrustForwardedHost = c.config.ServeOrigin, c.config.ServePath, c.config.TrustForwardedHost
			})
			equal(t, "status", k.do(http.MethodPut, prefix+defaultPath, nil, c.headers...).status, http.StatusOK)
			equal(t, "reported", k.inngest.synced(t).URL, c.want(k.url[len("http://"):]))
			call := k.signed(http.MethodPost, callPath(prefix+defaultPath, "note"), callBody(t, order{ID: "o-1"}, nil))
			equal(t, "status of a call at the route", call.status, http.StatusOK)
		})
	}
}

// testSubApp mounts the whole application below a path of another.
func testSubApp(t *testing.T, a Adapter) {
	k := newKit(t, around(a, func(h http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/sub/", http.StripPrefix("/sub", h))
		return mux
	}), func(s *Setup) { s.Prefix = prefix }, func(c *inngestkit.Config) { c.AllowUnsignedSync = true })
	path := "/sub" + prefix + defaultPath
	k.answers(path, path+"/")
	equal(t, "reported", k.inngest.syncs[0].URL, k.url+path)
}
