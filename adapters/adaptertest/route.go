package adaptertest

import (
	"net/http"
	"sync/atomic"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

const prefix = "/internal"

func testMethods(t *testing.T, a Adapter) {
	k := newKit(t, a, nil, nil)
	for _, path := range []string{defaultPath, defaultPath + "/"} {
		for _, method := range []string{http.MethodDelete, http.MethodPatch, http.MethodOptions, http.MethodHead} {
			r := k.do(method, path, nil)
			equal(t, method+" "+path+": status", r.status, http.StatusMethodNotAllowed)
			equal(t, method+" "+path+": Allow", r.header.Values("Allow"), []string{"GET, POST, PUT"})
			equal(t, method+" "+path+": body", r.body, "")
		}
	}
}

func testSlashes(t *testing.T, a Adapter) {
	k := newKit(t, a, nil, func(c *inngestkit.Config) { c.AllowUnsignedSync = true })
	k.answers(defaultPath, defaultPath+"/")
}

// answers fails the test unless the webhook answers at the paths, without a
// redirect.
func (k *kit) answers(paths ...string) {
	k.Helper()
	body := callBody(k, order{ID: "o-1", Note: "here"}, nil)
	for _, path := range paths {
		post := k.signed(http.MethodPost, callPath(path, "note"), body)
		equal(k, "POST "+path, post.body, `"here"`)
		equal(k, "PUT "+path, k.do(http.MethodPut, path, nil).status, http.StatusOK)
		equal(k, "GET "+path, k.signed(http.MethodGet, path, "").status, http.StatusOK)
	}
}

func testPaths(t *testing.T, a Adapter) {
	for _, c := range []struct {
		prefix, path string
		want         []string
	}{
		{"", "/hooks/inngest", []string{"/hooks/inngest", "/hooks/inngest/"}},
		{"", "hooks/inngest/", []string{"/hooks/inngest", "/hooks/inngest/"}},
		{"", "", []string{"/"}},
		{"", "/", []string{"/"}},
		{prefix, "hooks", []string{prefix + "/hooks", prefix + "/hooks/"}},
		{prefix, "/", []string{prefix, prefix + "/"}},
	} {
		k := newKit(t, a, func(s *Setup) { s.Prefix, s.Path = c.prefix, &c.path },
			func(c *inngestkit.Config) { c.AllowUnsignedSync = true })
		k.answers(c.want...)
	}
}

func testGroup(t *testing.T, a Adapter) {
	var passed atomic.Int64
	k := newKit(t, a, func(s *Setup) {
		s.Prefix = prefix
		s.Upstream = func(r *http.Request) *http.Request {
			passed.Add(1)
			return r
		}
	}, func(c *inngestkit.Config) { c.AllowUnsignedSync = true })

	k.answers(prefix+defaultPath, prefix+defaultPath+"/")
	equal(t, "requests that passed the group's middleware", passed.Load(), 6)
	equal(t, "URL of the first sync", k.inngest.syncs[0].URL, k.url+prefix+defaultPath)
	equal(t, "status outside the group", k.do(http.MethodGet, defaultPath, nil).status, http.StatusNotFound)

	other := k.do(http.MethodDelete, prefix+defaultPath, nil)
	equal(t, "DELETE: status", other.status, http.StatusMethodNotAllowed)
	equal(t, "DELETE: Allow", other.header.Get("Allow"), "GET, POST, PUT")
}
