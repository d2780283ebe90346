package parity

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
)

// answer is a raw app's answer to a call.
type answer struct {
	status  int
	body    string
	header  map[string]string
	foreign bool // without the header of an SDK
}

// raw serves an app without an SDK, with one function for each name. An answer
// may depend on how often its function was called before. The functions have
// the given number of retries.
func (k *kit) raw(retries int, answers map[string]func(call int) answer) {
	k.Helper()
	calls := map[string]int{}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.Method != http.MethodPost { // not a call: it cannot be asked to sync
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(r.URL.Query().Get("fnId"), k.app+"-")
		k.mu.Lock()
		n := calls[name]
		calls[name]++
		k.mu.Unlock()
		k.notef("%s", name)
		a := answers[name](n)
		if !a.foreign {
			w.Header().Set("X-Inngest-Sdk", "go:v0.0.0")
			w.Header().Set("X-Inngest-Req-Version", "2")
		}
		for key, value := range a.header {
			w.Header().Set(key, value)
		}
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.body)
	}))
	k.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
	})
	var functions []map[string]any
	for name := range answers {
		functions = append(functions, k.config(web.URL, name, map[string]any{"steps": steps(k.app+"-"+name, web.URL, retries)}))
	}
	if status, body := k.register(web.URL, functions...); status != http.StatusOK {
		k.Fatalf("the sync was refused: %d %s", status, body)
	}
}

// config returns the configuration of a function that the event of its name
// starts, with changes.
func (k *kit) config(url, name string, changes map[string]any) map[string]any {
	id := k.app + "-" + name
	c := map[string]any{
		"id": id, "name": name, "triggers": []any{map[string]any{"event": k.event(name)}},
		"steps": steps(id, url, 0),
	}
	maps.Copy(c, changes)
	return c
}

func steps(id, url string, retries int) map[string]any {
	return map[string]any{"step": map[string]any{
		"id": "step", "name": "step", "retries": map[string]any{"attempts": retries},
		"runtime": map[string]any{"type": "http", "url": url + "/api/inngest?fnId=" + id + "&step=step"},
	}}
}

// register syncs an app without an SDK.
func (k *kit) register(url string, functions ...map[string]any) (status int, body string) {
	k.Helper()
	raw, err := json.Marshal(map[string]any{
		"url": url + "/api/inngest", "v": "1", "deployType": "ping", "sdk": "go:v0.0.0", "appName": k.app,
		"framework": "parity", "functions": functions, "headers": map[string]any{"env": "", "platform": ""}, "capabilities": map[string]any{},
	})
	if err != nil {
		k.Fatal(err)
	}
	return k.call(http.MethodPost, "/fn/register", string(raw))
}
