package inngestkit_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// stateAPI serves the state of "run-1": step "a" done, and a batch of two.
func stateAPI(r *http.Request) (int, string) {
	switch r.URL.Path {
	case "/v0/runs/run-1/actions":
		return http.StatusOK, fmt.Sprintf(` {%q:{"data":"A"}}`, wire.HashStepID("a", 0))
	case "/v0/runs/run-1/batch":
		return http.StatusOK, "[{\"name\":\"test/started\",\"data\":{\"n\":1}},\n{\"name\":\"test/started\",\"data\":{\"n\":2}}]\n"
	}
	return http.StatusNotFound, `{"error":"unknown"}`
}

// large are calls whose state was left out, as the specification and as the
// SDK have it.
var large = map[string]string{
	"in ctx":     `{"event":{},"events":[],"steps":{},"ctx":{"run_id":"run-1","use_api":true,"fn_id":"5d5f3bd0-0000-4000-8000-000000000000"}}`,
	"at the top": `{"use_api":true,"ctx":{"run_id":"run-1","fn_id":"5d5f3bd0-0000-4000-8000-000000000000"}}`,
}

func callLarge(ctx context.Context, body string) *http.Request {
	return httptest.NewRequestWithContext(ctx, http.MethodPost, "/?fnId=shop-fn&stepId=step", strings.NewReader(body))
}

// counted is a function of two steps that counts its executions.
func counted(ran *atomic.Int32) inngestkit.Function {
	return fn(func(ctx context.Context, in input) (any, error) {
		a, err := step.Run(ctx, "a", func(context.Context) (string, error) { ran.Add(1); return "ran again", nil })
		if err != nil {
			return nil, err
		}
		return step.Run(ctx, "b", func(context.Context) (string, error) {
			ran.Add(1)
			return fmt.Sprint(a, in.Event.Data["n"], len(in.Events)), nil
		})
	})
}

func TestStateIsFetchedWhenItWasNotSent(t *testing.T) {
	t.Parallel()
	for name, body := range large {
		api := newInngestAPI(t, stateAPI)
		var ran atomic.Int32
		h := newHook(t, inngestkit.Config{DevServerURL: api.URL}, counted(&ran))
		got := ops(t, h.serve(callLarge(t.Context(), body)))
		if string(got[0].Data) != `"A1 2"` || ran.Load() != 1 {
			t.Errorf("%s: reported %s after %d steps ran", name, got[0].Data, ran.Load())
		}
	}
}

func TestStateIsFetchedWithTheFallbackKey(t *testing.T) {
	t.Parallel()
	fallback, _ := signature.HashKey(fallbackKey)
	api := newInngestAPI(t, func(r *http.Request) (int, string) {
		if r.Header.Get("Authorization") != "Bearer "+fallback {
			return http.StatusUnauthorized, "{}"
		}
		return stateAPI(r)
	})
	var ran atomic.Int32
	h := newHook(t, inngestkit.Config{DevServerURL: api.URL, SigningKey: signingKey, SigningKeyFallback: fallbackKey}, counted(&ran))
	if got := ops(t, h.serve(callLarge(t.Context(), large["in ctx"]))); string(got[0].Data) != `"A1 2"` {
		t.Errorf("reported %s", got[0].Data)
	}
}

func TestNothingRunsWithoutItsState(t *testing.T) {
	t.Parallel()
	lying := func(path, body string) func(*http.Request) (int, string) {
		return func(r *http.Request) (int, string) {
			if strings.HasSuffix(r.URL.Path, path) {
				return http.StatusOK, body
			}
			return stateAPI(r)
		}
	}
	for name, answer := range map[string]func(*http.Request) (int, string){
		"down":                func(*http.Request) (int, string) { return http.StatusBadGateway, "" },
		"refusing":            func(*http.Request) (int, string) { return http.StatusUnauthorized, "{}" },
		"truncated":           lying("actions", `{"a":{"data":`),
		"steps as an array":   lying("actions", `[]`),
		"steps as null":       lying("actions", `null`),
		"events as an object": lying("batch", `{}`),
		"no events":           lying("batch", `[]`),
		"events of text":      lying("batch", `["x"]`),
		"nothing":             lying("batch", ``),
		"too much":            lying("actions", `{"a":"`+strings.Repeat("x", 2000)+`"}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := newInngestAPI(t, answer)
			var ran atomic.Int32
			h := newHook(t, inngestkit.Config{DevServerURL: api.URL, MaxBodyBytes: 1000}, counted(&ran))
			wantFailure(t, h.serve(callLarge(t.Context(), large["in ctx"])), http.StatusInternalServerError, "StateUnavailable", true)
			if ran.Load() != 0 {
				t.Errorf("%d steps ran", ran.Load())
			}
		})
	}
}

func TestFetchingStateEndsWithTheCall(t *testing.T) {
	t.Parallel()
	api := newInngestAPI(t, func(*http.Request) (int, string) { return http.StatusBadGateway, "" })
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	h := newHook(t, inngestkit.Config{DevServerURL: api.URL}, fn(one))
	wantFailure(t, h.serve(callLarge(ended, large["in ctx"])), http.StatusInternalServerError, "StateUnavailable", true)
	wantFailure(t, h.serve(callLarge(t.Context(), `{"use_api":true}`)), http.StatusInternalServerError, "StateUnavailable", true)
}
