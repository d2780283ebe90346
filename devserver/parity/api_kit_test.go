package parity

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// run is a run in the REST API.
type run struct {
	ID         string          `json:"run_id"`
	Status     string          `json:"status"`
	Output     json.RawMessage `json:"output"`
	EventID    string          `json:"event_id"`
	FunctionID string          `json:"function_id"`
	Started    time.Time       `json:"run_started_at"`
	Ended      *time.Time      `json:"ended_at"`
}

// value returns the run's output.
func (r run) value() any {
	var v any
	_ = json.Unmarshal(r.Output, &v)
	return v
}

// failure returns the error that is the output of a failed run.
func (r run) failure(k *kit) failure {
	k.Helper()
	var f failure
	if err := json.Unmarshal(r.Output, &f); err != nil {
		k.Fatalf("the output %s is no error: %v", r.Output, err)
	}
	return f
}

// failureName returns the name of the error in the run's output, or "".
func (r run) failureName() string {
	var f failure
	_ = json.Unmarshal(r.Output, &f)
	return f.Name
}

type failure struct{ Name, Message string }

// runs waits until an event has n runs and all of them have ended.
func (k *kit) runs(event string, n int) []run {
	k.Helper()
	return distinct(poll(k, "/v1/events/"+event+"/runs", func(runs []run) bool {
		k.Helper()
		runs = distinct(runs)
		if len(runs) > n {
			k.Fatalf("event %s has %d runs, want %d", event, len(runs), n)
		}
		for _, r := range runs {
			if r.Status == "Running" || r.Ended == nil {
				return false
			}
		}
		return len(runs) == n
	}))
}

// distinct removes duplicates. The official server lists runs twice that are
// about to end.
func distinct(runs []run) []run {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(runs), func(r run) bool {
		known := seen[r.ID]
		seen[r.ID] = true
		return known
	})
}

// poll requests a resource of the REST API until done accepts it.
func poll[T any](k *kit, path string, done func(T) bool) T {
	k.Helper()
	sep := "?"
	if strings.Contains(path, sep) {
		sep = "&"
	}
	var page struct{ Data T }
	var status int
	var body string
	ok := k.retry(func() bool {
		k.Helper()
		status, body = k.call(http.MethodGet, path+sep+"fresh="+time.Now().Format("150405.000000000"), "")
		page.Data = *new(T)
		return json.Unmarshal([]byte(body), &page) == nil && status == http.StatusOK && done(page.Data)
	})
	if !ok {
		k.Fatalf("%s stays %d %s", path, status, body)
	}
	return page.Data
}

// retry asks again and again whether something is done, for as long as patience
// lasts. It reports whether it is.
func (k *kit) retry(done func() bool) bool {
	k.Helper()
	ctx, cancel := context.WithTimeout(k.Context(), *patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// call makes a request to the server and returns its answer.
func (k *kit) call(method, path, body string, header ...string) (status int, answer string) {
	k.Helper()
	req, err := http.NewRequestWithContext(k.Context(), method, k.server.url+path, strings.NewReader(body))
	if err != nil {
		k.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		k.Fatal(err)
	}
	return res.StatusCode, k.text(res)
}

// text returns an answer's body.
func (k *kit) text(res *http.Response) string {
	k.Helper()
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		k.Fatal(err)
	}
	return string(raw)
}
