package devserver_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/inngestkit/inngestkit/devserver"
)

// writes are the requests that change something, each with a size that is too
// large for it.
var writes = map[string]struct {
	method, path string
	large        int
}{
	"send":       {http.MethodPost, "/e/key", 4 << 20},
	"send, v2":   {http.MethodPost, "/v2/events", 4 << 20},
	"register":   {http.MethodPut, "/fn/register", 17 << 20},
	"add apps":   {http.MethodPost, "/dev/apps", 2 << 20},
	"invoke":     {http.MethodPost, "/invoke/shop-fn", 64 << 20},
	"checkpoint": {http.MethodPost, "/v1/checkpoint/x/async", 34 << 20},
	"endpoint":   {http.MethodPost, "/v1/http/runs", 34 << 20},
	"its steps":  {http.MethodPost, "/v1/checkpoint/x/steps", 34 << 20},
	"cancel":     {http.MethodPost, "/v1/cancellations", 64 << 20},
	"signal":     {http.MethodPost, "/v1/signals", 64 << 20},
}

// TestHostileBodies sends malformed bodies, which the server must refuse without
// harm.
func TestHostileBodies(t *testing.T) {
	s := serve(t, devserver.Config{})
	for name, w := range writes {
		for kind, c := range map[string]struct {
			body io.Reader
			want int
		}{
			"large":                {io.LimitReader(spaces{}, int64(w.large)), http.StatusRequestEntityTooLarge},
			"large, announced":     {bytes.NewReader(bytes.Repeat([]byte(" "), w.large)), http.StatusRequestEntityTooLarge},
			"no JSON":              {strings.NewReader("<xml/>"), http.StatusBadRequest},
			"cut off":              {strings.NewReader(`{"name":"a","data":{"x":`), http.StatusBadRequest},
			"deeply nested":        {strings.NewReader(strings.Repeat("[", 500_000)), http.StatusBadRequest},
			"deeply nested object": {strings.NewReader(strings.Repeat(`{"data":`, 60_000)), http.StatusBadRequest},
			"bytes":                {strings.NewReader("\x00\xff\xfe{"), http.StatusBadRequest},
		} {
			req, err := http.NewRequestWithContext(t.Context(), w.method, s.URL()+w.path, c.body)
			if err != nil {
				t.Fatal(err)
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				if !strings.HasPrefix(kind, "large") { // it may hang up on those
					t.Errorf("%s, %s: %v", name, kind, err)
				}
				continue
			}
			body, _ := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if res.StatusCode != c.want || len(body) > 1000 {
				t.Errorf("%s, %s: got %d %.200s, want %d", name, kind, res.StatusCode, body, c.want)
			}
		}
	}
	if res, _ := call(t, http.MethodGet, s.URL()+"/health", ""); res.StatusCode != http.StatusOK {
		t.Errorf("afterwards its health is %d", res.StatusCode)
	}
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// TestOtherSitesChangeNothing sends each write as a web page of another site
// would, and under other host names. The server must refuse all of them.
func TestOtherSitesChangeNothing(t *testing.T) {
	s := serve(t, devserver.Config{})
	for name, w := range writes {
		for who, header := range map[string][]string{
			"another site":        {"Origin", "https://evil.example", "Content-Type", "text/plain"},
			"a sandboxed frame":   {"Origin", "null"},
			"a form":              {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"},
			"a rebound name":      {"Host", "evil.example", "Origin", "http://evil.example"},
			"a name that is like": {"Host", "127.0.0.1.evil.example"},
		} {
			for _, method := range []string{w.method, http.MethodOptions} {
				res, body := call(t, method, s.URL()+w.path, "{}", header...)
				if res.StatusCode != http.StatusForbidden || res.Header.Get("Access-Control-Allow-Origin") != "" {
					t.Errorf("%s by %s: %s got %d %s", name, who, method, res.StatusCode, body)
				}
			}
		}
	}
}
