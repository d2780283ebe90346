package engine_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// asking is a kit with one function, and a server to which its steps make requests.
type asking struct {
	*kit
	target *httptest.Server
	log    *journal
}

// journal records the requests to the target, and the engine's log.
type journal struct {
	mu    sync.Mutex
	asked []string
	log   bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.log.Write(b)
}

func (j *journal) noted() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.asked)
}

// newAsking adds a function with one retry that calls f with the target's URL. The
// target answers with h, which gets the number of the request, counted from one.
func newAsking(t testing.TB, h func(n int, w http.ResponseWriter, r *http.Request), f func(ctx context.Context, url string) (any, error), change ...func(*engine.Config)) *asking {
	t.Helper()
	a := &asking{log: &journal{}}
	a.target = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		a.log.mu.Lock()
		a.log.asked = append(a.log.asked, fmt.Sprintf("%s %s %s", r.Method, r.URL, body))
		n := len(a.log.asked)
		a.log.mu.Unlock()
		h(n, w, r)
	}))
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		a.target.CloseClientConnections()
		a.target.Close()
	})
	a.kit = newKit(t, append([]func(*engine.Config){func(c *engine.Config) {
		c.Gateway = transport
		c.Logger = slog.New(slog.NewTextHandler(a.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}}, change...)...)
	a.add(inngestgo.FunctionOpts{ID: "fn", Retries: new(1)}, onGo, func(ctx context.Context, _ input) (any, error) {
		return f(ctx, a.target.URL)
	})
	a.sync()
	return a
}

// wantAsked fails the test unless the target got exactly these requests.
func (a *asking) wantAsked(want ...string) {
	a.Helper()
	if got := a.log.noted(); !slices.Equal(got, want) {
		a.Errorf("the target was asked\n%q, want\n%q", got, want)
	}
}

// wantNoneOf fails the test if a secret is in the log, in the store's records or in a
// view of the run.
func (a *asking) wantNoneOf(run engine.Run, secrets ...string) {
	a.Helper()
	a.log.mu.Lock()
	defer a.log.mu.Unlock()
	a.shelf.mu.Lock()
	defer a.shelf.mu.Unlock()
	for _, secret := range secrets {
		for place, text := range map[string]string{"log": a.log.log.String(), "store": readable(a.shelf.records), "run": fmt.Sprintf("%+v", run)} {
			if strings.Contains(text, secret) {
				a.Errorf("%q is in the %s:\n%s", secret, place, text)
			}
		}
	}
}

var encoded = regexp.MustCompile(`"[A-Za-z0-9+/]+=*"`)

// readable returns the content of records, with their base64 parts decoded.
func readable(records map[string][]byte) string {
	var text strings.Builder
	for _, record := range records {
		text.Write(record)
		for _, quoted := range encoded.FindAll(record, -1) {
			if raw, err := base64.StdEncoding.DecodeString(string(bytes.Trim(quoted, `"`))); err == nil {
				text.Write(raw)
			}
		}
	}
	return text.String()
}

func fetch(ctx context.Context, opts step.FetchOpts) (step.FetchResponse[string], error) {
	return step.Fetch[string](ctx, "ask", opts)
}

func infer(ctx context.Context, opts step.InferRequestOpts) (map[string]any, error) {
	return step.Infer[map[string]any, map[string]any](ctx, "ask", step.InferOpts[map[string]any]{Opts: opts, Body: map[string]any{"model": "m"}})
}
