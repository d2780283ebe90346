package parity

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/inngest/inngestgo/stephttp"
)

// endpoint serves HTTP handlers with step tools, and returns their server's
// URL. It notes the requests, those of the dev server with "again".
func (k *kit) endpoint(routes map[string]http.HandlerFunc) string {
	k.Helper()
	provider := stephttp.Setup(stephttp.SetupOpts{Optional: stephttp.OptionalSetupOpts{BaseURL: k.server.url}})
	mux := http.NewServeMux()
	for path, h := range routes {
		mux.Handle(path, provider.ServeHTTP(func(w http.ResponseWriter, r *http.Request) {
			again := ""
			if r.Header.Get("X-Run-Id") != "" {
				again = "again "
			}
			k.notef("%s%s %s", again, r.Method, r.URL)
			h(w, r)
		}))
	}
	web := httptest.NewServer(mux)
	k.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
	})
	return web.URL
}

// visited is an answer to the client of an endpoint.
type visited struct {
	status   int
	body     string
	run      string // its id
	location string // the target of a redirect
}

// visit makes a request, and does not follow redirects.
func (k *kit) visit(method, url, body string) visited {
	k.Helper()
	req, err := http.NewRequestWithContext(k.Context(), method, url, strings.NewReader(body))
	if err != nil {
		k.Fatal(err)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		k.Fatal(err)
	}
	return visited{res.StatusCode, k.text(res), res.Header.Get("X-Run-Id"), res.Header.Get("Location")}
}

// output returns the answer at the target of a redirect. The official server
// answers with nothing at first if it is busy.
func (k *kit) output(location string) visited {
	k.Helper()
	var v visited
	k.retry(func() bool {
		v = k.visit(http.MethodGet, location, "")
		return v.body != "" || !k.server.official
	})
	return v
}

// run waits until a run has ended.
func (k *kit) run(id string) run {
	k.Helper()
	return poll(k, "/v1/runs/"+id, func(r run) bool { return r.Ended != nil })
}

// v2 requests a resource of version 2.
func v2[T any](k *kit, path string) T {
	k.Helper()
	status, body := k.call(http.MethodGet, "/api/v2"+path, "")
	var page struct{ Data T }
	if err := json.Unmarshal([]byte(body), &page); err != nil || status != http.StatusOK {
		k.Fatalf("%s: %d %s", path, status, body)
	}
	return page.Data
}
