package engine_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// failing returns the message of a step's error, as a function's output.
func failing(err error) (any, error) {
	if err == nil {
		return nil, errors.New("the step did not fail")
	}
	return err.Error(), nil
}

func TestRequestsThatFail(t *testing.T) {
	t.Parallel()
	hangUp := func(w http.ResponseWriter) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			conn.Close()
		}
	}
	for name, c := range map[string]struct {
		url    string // a path at the target, or a whole URL
		header string
		answer func(w http.ResponseWriter, r *http.Request)
		want   string
	}{
		"no URL":        {"-", "", nil, "the URL is not valid"},
		"no scheme":     {"-127.0.0.1/sk-secret", "", nil, "the URL is not valid"},
		"another kind":  {"-ftp://127.0.0.1/sk-secret", "", nil, "the URL is not valid"},
		"a bad port":    {"-http://u:sk-secret@127.0.0.1:no/", "", nil, "the URL is not valid"},
		"a bad header":  {"/", "sk-\nsecret", nil, `invalid header field value for "Authorization"`},
		"nobody there":  {"-http://u:sk-secret@127.0.0.1:1/sk-secret?k=sk-secret", "", nil, "the request to http://127.0.0.1:1 failed: nothing listens there"},
		"hung up":       {"/sk-secret", "", func(w http.ResponseWriter, _ *http.Request) { hangUp(w) }, "the connection was closed"},
		"an endless go": {"/", "", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/?k=sk-secret", http.StatusFound) }, "it was redirected more than 10 times"},
		"a lost way": {"/", "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://[?k=sk-secret")
			w.WriteHeader(http.StatusFound)
		}, "it was redirected to an invalid URL"},
		"no HTTP": {"/", "", func(w http.ResponseWriter, _ *http.Request) {
			if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
				_, _ = io.WriteString(conn, "GET /?k=sk-secret is unknown\n\n")
				conn.Close()
			}
		}, "the answer is not HTTP"},
		"cut off": {"/", "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "half")
			_ = http.NewResponseController(w).Flush()
			hangUp(w)
		}, "broke off: the connection was closed"},
		"too large": {"/", "", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("x", wire.MaxStepBytes+1))
		}, "larger than 4 MiB"},
		"too large as JSON": {"/", "", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("\x01", wire.MaxStepBytes/2))
		}, "larger than 4 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAsking(t, func(_ int, w http.ResponseWriter, r *http.Request) { c.answer(w, r) }, func(ctx context.Context, url string) (any, error) {
				to, own := strings.CutPrefix(c.url, "-")
				if !own {
					to = url + c.url
				}
				_, err := fetch(ctx, step.FetchOpts{URL: to, Method: "GET", Headers: map[string]string{"Authorization": c.header}})
				return failing(err)
			})
			r := a.play(`{}`)
			if r.Status != engine.StatusCompleted || !strings.Contains(fmt.Sprint(decode(t, r.Output)), c.want) {
				t.Fatalf("the run is %s with %s, want Completed with %q", r.Status, r.Output, c.want)
			}
			s := r.Steps[0]
			if len(s.Failures) != 2 || s.Error.Name != "GatewayError" || s.Op != wire.OpGateway {
				t.Fatalf("got %+v, want two failures", s)
			}
			if took := s.Failures[1].Started.Sub(s.Failures[0].Ended); took != 10*time.Second {
				t.Errorf("it was tried again after %s, want 10 s", took)
			}
			a.wantNoneOf(r, "sk-secret", "sk-\nsecret")
		})
	}
}

func TestInferencesThatFail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status     int
		body       string
		want, data string
	}{
		"refused":      {401, `{"error":{"code":7}}`, "answered with status 401", `{"error":{"code":7}}`},
		"down":         {502, "bad gateway", "answered with status 502", `"bad gateway"`},
		"no JSON":      {200, "data: {}", "answered with status 200, but not with JSON", `"data: {}"`},
		"nothing":      {200, "", "answered with status 200, but not with JSON", `null`},
		"no UTF-8":     {400, "{\"a\":\"\xff\"}", "answered with status 400", "{\"a\":\"\ufffd\"}"},
		"a wide error": {500, strings.Repeat("\x01", wire.MaxStepBytes/2), "larger than 4 MiB", ``},
		"a huge error": {500, strings.Repeat("x", wire.MaxStepBytes+1), "larger than 4 MiB", ``},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAsking(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}, func(ctx context.Context, url string) (any, error) {
				_, err := infer(ctx, step.InferRequestOpts{URL: url + "/sk-secret", AuthKey: "sk-secret", Format: step.InferFormatGemini})
				return failing(err)
			})
			r := a.play(`{}`)
			if r.Status != engine.StatusCompleted || len(a.log.noted()) != 2 {
				t.Fatalf("the run is %s with %s after %d requests", r.Status, r.Output, len(a.log.noted()))
			}
			failed := r.Steps[0].Error
			if failed.Name != "AIGatewayError" || !strings.Contains(failed.Message, c.want) || string(failed.Data) != c.data {
				t.Errorf("got %+v with %s, want %q with %s", failed, failed.Data, c.want, c.data)
			}
			a.wantNoneOf(r, "sk-secret")
		})
	}
}

func TestSlowRequest(t *testing.T) {
	t.Parallel()
	a := newAsking(t, func(_ int, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, func(ctx context.Context, url string) (any, error) {
		_, err := fetch(ctx, step.FetchOpts{URL: url})
		return failing(err)
	}, func(c *engine.Config) { c.CallTimeout = 200 * time.Millisecond })
	if r := a.play(`{}`); !strings.Contains(string(r.Output), "it took too long") {
		t.Errorf("the run is %s with %s", r.Status, r.Output)
	}
}

// TestRequestIsRetried checks that the engine retries a request without a call of the
// function, and calls the function when the step has ended.
func TestRequestIsRetried(t *testing.T) {
	t.Parallel()
	a := newAsking(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 1 {
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, "ok")
	}, func(ctx context.Context, url string) (any, error) {
		res, err := fetch(ctx, step.FetchOpts{URL: url, Method: "GET"})
		return res.Body, err
	})
	r := a.play(`{}`)
	want(t, r, `"ok"`)
	a.wantAsked("GET / ", "GET / ")
	if s := r.Steps[0]; r.Calls != 2 || s.Attempts != 2 || len(s.Failures) != 1 || s.Op != wire.OpGateway || s.Ended.Sub(s.Started) != 10*time.Second {
		t.Errorf("got %d calls and %+v", r.Calls, s)
	}
}
