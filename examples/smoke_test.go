// Package examples_test runs each example as a user would: as a process, over
// HTTP, to its end.
package examples_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
)

var frameworks = []string{"gin", "echo", "nethttp"}

func TestMain(m *testing.M) {
	flag.Parse()
	_ = flag.Set("test.parallel", "8") // the tests wait for processes and leave the processor to them
	code := m.Run()
	if dir, _ := binaries(); dir != "" {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

const (
	json201 = "application/json"
	problem = "application/problem+json"
	user    = `{"email":"ada@example.com","name":"Ada","registrationSource":"web"}`
)

func order(product, total string) string {
	return `{"userId":"u1","items":[{"productId":"` + product + `","quantity":1,"price":20}],"total":` + total + `,"currency":"EUR"}`
}

func TestExamples(t *testing.T) {
	t.Parallel()
	for _, framework := range frameworks {
		t.Run(framework, func(t *testing.T) {
			t.Parallel()
			ex := start(t, framework)
			tryShop(t, ex)
			ex.stop(t)
		})
	}
}

// TestExamplesAgainstAnotherServer does the same against the server that
// INNGEST_DEV_SERVER_URL names, such as the official dev server.
func TestExamplesAgainstAnotherServer(t *testing.T) {
	t.Parallel()
	server := os.Getenv("INNGEST_DEV_SERVER_URL")
	if server == "" {
		t.Skip("INNGEST_DEV_SERVER_URL is not set: start an Inngest dev server and set it to try the examples against that")
	}
	ex := start(t, "gin", "INNGEST_DEV="+server)
	tryShop(t, ex)
	ex.stop(t)
}

func tryShop(t *testing.T, ex *process) {
	t.Helper()
	for _, r := range ex.runs(t, ex.post(t, "/users", user, http.StatusCreated, json201), 2) {
		if r.Status != "Completed" {
			t.Errorf("a run on user.registered is %s: %s", r.Status, r.Output)
		}
	}
	for _, c := range []struct{ product, total, status string }{
		{"book", "20", "confirmed"},
		{"sold-out", "20", "out-of-stock"},
		{"book", "10001", "payment-failed"},
	} {
		r := ex.runs(t, ex.post(t, "/orders", order(c.product, c.total), http.StatusCreated, json201), 1)[0]
		var out struct{ Status, PaymentID string }
		if err := json.Unmarshal(r.Output, &out); err != nil || out.Status != c.status || (out.PaymentID != "") != (c.status == "confirmed") {
			t.Errorf("%+v: %s %s", c, r.Status, r.Output)
		}
	}
	for body, status := range map[string]int{
		"no json":          http.StatusBadRequest,
		"":                 http.StatusBadRequest,
		`{"email":"x"}`:    http.StatusUnprocessableEntity,
		`{"email":3}`:      http.StatusUnprocessableEntity,
		`{"items":[{}]}`:   http.StatusUnprocessableEntity,
		order("", "20"):    http.StatusUnprocessableEntity,
		order("book", "0"): http.StatusUnprocessableEntity,
	} {
		path := "/users"
		if strings.Contains(body, "items") {
			path = "/orders"
		}
		ex.post(t, path, body, status, problem)
	}
}

// TestExamplesShareADevServer runs two examples side by side, and then ends
// the one that runs the dev server.
func TestExamplesShareADevServer(t *testing.T) {
	t.Parallel()
	first := start(t, "gin")
	port := first.dev[strings.LastIndex(first.dev, ":")+1:]
	second := start(t, "echo", "DEV_PORT="+port)
	if second.dev != first.dev {
		t.Errorf("the dev servers are at %s and %s", first.dev, second.dev)
	}
	first.runs(t, first.post(t, "/users", user, http.StatusCreated, json201), 4) // two functions in each app
	first.stop(t)
	second.logs.await(t, "the dev server is ready")
	second.await(t, "shop-echo is synced", func() bool {
		info, err := get(second.dev + "/dev")
		return err == nil && bytes.Contains(info, []byte(`"appName":"shop-echo"`))
	})
	second.runs(t, second.post(t, "/users", user, http.StatusCreated, json201), 2)
	second.stop(t)
}

func TestExamplesWithoutAServer(t *testing.T) {
	t.Parallel()
	for _, framework := range frameworks {
		t.Run(framework, func(t *testing.T) {
			t.Parallel()
			ex := start(t, framework, "INNGEST_DEV=http://127.0.0.1:1")
			ex.post(t, "/users", user, http.StatusServiceUnavailable, problem)
			ex.stop(t)
		})
	}
}

// post sends JSON to the shop and returns the answer's body.
func (p *process) post(t *testing.T, path, body string, status int, contentType string) map[string]any {
	t.Helper()
	resp, err := http.Post(p.shop+path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got := resp.Header.Get("Content-Type"); resp.StatusCode != status || !strings.HasPrefix(got, contentType) {
		t.Fatalf("POST %s %s: %d %s %s, want %d %s", path, body, resp.StatusCode, got, raw, status, contentType)
	}
	var answer map[string]any
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}
