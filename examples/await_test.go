package examples_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// await returns when done returns true. It asks once, and again after each change
// that the Inngest server reports.
func (p *process) await(t *testing.T, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for range p.changes(ctx, t) {
		if done() {
			return
		}
	}
	t.Fatalf("%s: not within %v\n%s", what, patience, &p.logs)
}

// changes yields once when it listens to the server, and again after each change,
// until ctx ends. The official dev server has no such stream. With it, changes
// yields twenty times a second.
func (p *process) changes(ctx context.Context, t *testing.T) func(yield func(struct{}) bool) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.dev+"/page/api/stream", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req) //nolint:bodyclose // closed below, or when the loop ends
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		_ = res.Body.Close()
		return ticks(ctx)
	}
	return func(yield func(struct{}) bool) {
		defer func() { _ = res.Body.Close() }()
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			if strings.HasPrefix(lines.Text(), "event: ") && !yield(struct{}{}) {
				return
			}
		}
	}
}

func ticks(ctx context.Context) func(yield func(struct{}) bool) {
	return func(yield func(struct{}) bool) {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil && yield(struct{}{}) {
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
		}
	}
}

type run struct {
	ID     string          `json:"run_id"`
	Status string          `json:"status"`
	Output json.RawMessage `json:"output"`
}

// runs returns the runs of the event whose id an answer has. It waits until there
// are n runs and all have ended.
func (p *process) runs(t *testing.T, answer map[string]any, n int) []run {
	t.Helper()
	ids, _ := answer["ids"].([]any)
	if len(ids) != 1 {
		t.Fatalf("the answer holds no id: %v", answer)
	}
	var found []run
	p.await(t, "the runs of "+ids[0].(string)+" have ended", func() bool {
		body, err := get(p.dev + "/v1/events/" + ids[0].(string) + "/runs")
		if err != nil {
			t.Fatal(err)
		}
		var list struct{ Data []run }
		err = json.Unmarshal(body, &list)
		found = list.Data
		return err == nil && len(found) == n && ended(found)
	})
	return found
}

func ended(runs []run) bool {
	for _, r := range runs {
		if r.Status == "Running" {
			return false
		}
	}
	return true
}

func get(url string) ([]byte, error) {
	res, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	return io.ReadAll(res.Body)
}
