package inngestkit_test

import (
	"crypto/tls"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// TestAddresses syncs by a PUT on http://shop.test/hook, unless a case says
// otherwise, and checks the address that Inngest receives.
func TestAddresses(t *testing.T) {
	t.Parallel()
	type headers map[string]string
	const own = "http://shop.test/hook"
	evil := headers{"X-Forwarded-Host": "evil.test", "X-Forwarded-Prefix": "/evil", "Forwarded": "host=evil.test;proto=https"}
	trust := inngestkit.Config{TrustForwardedHost: true}
	for name, c := range map[string]struct {
		config inngestkit.Config
		header headers
		change func(*http.Request)
		want   string
	}{
		"the request's own":             {want: own},
		"parameters kept":               {change: target("/hook?token=x%26y&deployId=d&a=1&a=2"), want: own + "?a=1&a=2&token=x%26y"},
		"an escaped path":               {change: target("/a%2Fb/h%C3%BC"), want: "http://shop.test/a%2Fb/h%C3%BC"},
		"a path that a router cut":      {change: func(r *http.Request) { r.URL.Path = "/" }, want: own},
		"a path that no server read":    {change: func(r *http.Request) { r.RequestURI = "" }, want: own},
		"a target in absolute form":     {change: func(r *http.Request) { r.RequestURI = "http://other.test/hook?x=1" }, want: own},
		"a target that is no path":      {change: func(r *http.Request) { r.RequestURI = "mailto:x" }, want: own},
		"a target like a host":          {change: func(r *http.Request) { r.RequestURI = "//evil.test/hook" }, want: "http://shop.test//evil.test/hook"},
		"a port":                        {change: host("shop.test:8080"), want: "http://shop.test:8080/hook"},
		"an IPv6 address":               {change: host("[::1]:8080"), want: "http://[::1]:8080/hook"},
		"TLS":                           {change: secure, want: "https://shop.test/hook"},
		"TLS ended before":              {header: headers{"X-Forwarded-Proto": "https"}, want: "https://shop.test/hook"},
		"TLS ended by one of several":   {header: headers{"X-Forwarded-Proto": "HTTPS , http"}, want: "https://shop.test/hook"},
		"a scheme that is none":         {header: headers{"X-Forwarded-Proto": "javascript"}, want: own},
		"TLS undone without trust":      {change: secure, header: headers{"X-Forwarded-Proto": "http"}, want: "https://shop.test/hook"},
		"TLS undone with trust":         {config: trust, change: secure, header: headers{"X-Forwarded-Proto": "http"}, want: own},
		"headers without trust":         {header: evil, want: own},
		"the origin given":              {config: inngestkit.Config{ServeOrigin: "https://public.test/"}, header: evil, want: "https://public.test/hook"},
		"the path given":                {config: inngestkit.Config{ServePath: "/a%2Fb"}, header: evil, want: "http://shop.test/a%2Fb"},
		"both given, with trust":        {config: inngestkit.Config{ServeOrigin: "https://p.test", ServePath: "/p", TrustForwardedHost: true}, header: evil, want: "https://p.test/p"},
		"the origin given, no host":     {config: inngestkit.Config{ServeOrigin: "https://p.test"}, change: host("a<b"), want: "https://p.test/hook"},
		"a trusted host":                {config: trust, header: headers{"X-Forwarded-Host": "public.test:444, inner.test"}, want: "http://public.test:444/hook"},
		"a trusted host that is none":   {config: trust, header: headers{"X-Forwarded-Host": "x@evil.test/"}, want: own},
		"a trusted prefix":              {config: trust, header: headers{"X-Forwarded-Prefix": "/shop/"}, want: "http://shop.test/shop/hook"},
		"an escaped prefix":             {config: trust, header: headers{"X-Forwarded-Prefix": "/a%2Fb"}, change: target("/c%2Fd"), want: "http://shop.test/a%2Fb/c%2Fd"},
		"a prefix with a query":         {config: trust, header: headers{"X-Forwarded-Prefix": "/shop?x"}, want: own},
		"a prefix that is a host":       {config: trust, header: headers{"X-Forwarded-Prefix": "//evil.test"}, want: own},
		"a prefix that is a URL":        {config: trust, header: headers{"X-Forwarded-Prefix": "http://evil.test/x"}, want: own},
		"Forwarded":                     {config: trust, header: headers{"Forwarded": `for="[::2]:1"; Host="public.test:444" ;proto=HTTPS, host=inner.test`}, want: "https://public.test:444/hook"},
		"Forwarded after X-Forwarded-*": {config: trust, header: headers{"Forwarded": "host=a.test;proto=http", "X-Forwarded-Host": "b.test", "X-Forwarded-Proto": "https"}, want: "https://b.test/hook"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := newInngestAPI(t, accept)
			c.config.DevServerURL = api.URL
			h := newHook(t, c.config, fn(one))
			r := put("/hook")
			for k, v := range c.header {
				r.Header.Set(k, v)
			}
			if c.change != nil {
				c.change(r)
			}
			if w := h.serve(r); w.Code != http.StatusOK {
				t.Fatalf("answered %d %s", w.Code, w.Body)
			}
			var sent wire.SyncRequest
			if err := json.Unmarshal(api.bodies[0], &sent); err != nil {
				t.Fatal(err)
			}
			if sent.URL != c.want {
				t.Errorf("reported %s, want %s", sent.URL, c.want)
			}
		})
	}
}

func target(uri string) func(*http.Request) {
	return func(r *http.Request) {
		to := put(uri)
		r.URL, r.RequestURI = to.URL, to.RequestURI
	}
}

func host(h string) func(*http.Request) {
	return func(r *http.Request) { r.Host = h }
}

func secure(r *http.Request) { r.TLS = &tls.ConnectionState{} }

// TestNoAddress syncs from hosts that would make an address nobody can call.
func TestNoAddress(t *testing.T) {
	t.Parallel()
	api := newInngestAPI(t, accept)
	h := newHook(t, inngestkit.Config{DevServerURL: api.URL}, fn(one))
	for _, bad := range []string{
		"", ":80", "a b", "a<b>", `a"b`, "a,b", "user@evil.test", "shop.test/path", "shop.test?x", "shop.test#x", "shop.test%0d%0aX-Y: z",
		"shop.test\r\nX-Y: z", "shop.test:port", "shop.test:0", "shop.test:65536", "a:1:2", "[::1", "[shop.test]", "::1", "ü.test",
	} {
		r := put("/hook")
		r.Host = bad
		w := h.serve(r)
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "Config.ServeOrigin") {
			t.Errorf("from %q: answered %d %s, want 400 that names ServeOrigin", bad, w.Code, w.Body)
		}
	}
	if len(api.requests) > 0 {
		t.Errorf("Inngest received %s", api.bodies[0])
	}
}
