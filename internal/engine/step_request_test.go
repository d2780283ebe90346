package engine_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func TestFetch(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opts   step.FetchOpts
		status int
		asked  string
	}{
		"default":   {step.FetchOpts{}, 200, "POST /a?b=c "},
		"get":       {step.FetchOpts{Method: "GET"}, 200, "GET /a?b=c "},
		"json":      {step.FetchOpts{Method: "PUT", Body: ` {"a":1}`}, 201, `PUT /a?b=c  {"a":1}`},
		"text":      {step.FetchOpts{Body: "a=b"}, 200, `POST /a?b=c "a=b"`},
		"not found": {step.FetchOpts{}, 404, "POST /a?b=c "},
		"down":      {step.FetchOpts{}, 500, "POST /a?b=c "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAsking(t, func(_ int, w http.ResponseWriter, r *http.Request) {
				w.Header()["X-Echo"] = []string{r.Header.Get("Authorization"), r.UserAgent()}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, "{\"é\":\xff}")
			}, func(ctx context.Context, url string) (any, error) {
				c.opts.URL, c.opts.Headers = url+"/a?b=c", map[string]string{"authorization": "Bearer mine"}
				res, err := fetch(ctx, c.opts)
				delete(res.Headers, "Date")
				return res, err
			})
			r := a.play(`{}`)
			want(t, r, fmt.Sprintf(`{"body":"{\"é\":�}","headers":{"Content-Length":"8","Content-Type":"text/plain; charset=utf-8","X-Echo":"Bearer mine,inngestkit"},"status_code":%d,"url":"%s/a?b=c"}`, c.status, a.target.URL))
			a.wantAsked(c.asked)
			s := r.Steps[0]
			if s.Op != wire.OpGateway || s.Name != "ask" || s.Attempts != 1 || s.Ended.IsZero() || r.Calls != 2 {
				t.Errorf("got %d calls and %+v", r.Calls, s)
			}
		})
	}
}

// TestFetchURL checks that a result has the URL of its request as the step wrote it, but
// without a password.
func TestFetchURL(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ scheme, want, user string }{
		"plain":           {"http://", "http://", ""},
		"as it is":        {"HTTP://", "HTTP://", ""},
		"with a password": {"http://me:secret@", "http://", "me"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAsking(t, func(_ int, w http.ResponseWriter, r *http.Request) {
				user, _, _ := r.BasicAuth()
				_, _ = io.WriteString(w, user)
			}, func(ctx context.Context, url string) (any, error) {
				res, err := fetch(ctx, step.FetchOpts{URL: c.scheme + strings.TrimPrefix(url, "http://")})
				return res.Body + " " + res.URL, err
			})
			r := a.play(`{}`)
			want(t, r, fmt.Sprintf("%q", c.user+" "+c.want+strings.TrimPrefix(a.target.URL, "http://")))
			a.wantNoneOf(r, "secret")
		})
	}
}

func TestInfer(t *testing.T) {
	t.Parallel()
	for format, c := range map[step.InferFormat]struct{ path, name, value string }{
		step.InferFormatOpenAIChat: {"/v1?x=1", "Authorization", "Bearer sk-secret"},
		step.InferFormatAnthropic:  {"/v1?x=1", "X-Api-Key", "sk-secret"},
		step.InferFormatGemini:     {"/v1?key=sk-secret&x=1", "Authorization", ""},
		step.InferFormatBedrock:    {"/v1?x=1", "Authorization", "sk-secret"},
		"":                         {"/v1?x=1", "Authorization", "Bearer sk-secret"},
	} {
		t.Run(string(format), func(t *testing.T) {
			t.Parallel()
			a := newAsking(t, func(_ int, w http.ResponseWriter, r *http.Request) {
				_, _ = fmt.Fprintf(w, " {\"auth\":%t, \"type\":%q, \"own\":%q, \"n\":12345678901234567890}\n", r.Header.Get(c.name) == c.value, r.Header.Get("Content-Type"), r.Header.Get("X-Own"))
			}, func(ctx context.Context, url string) (any, error) {
				return infer(ctx, step.InferRequestOpts{URL: url + "/v1?x=1", AuthKey: "sk-secret", Format: format, Headers: map[string]string{"X-Own": "mine"}})
			})
			r := a.play(`{}`)
			want(t, r, `{"auth":true,"n":12345678901234567000,"own":"mine","type":"application/json"}`) // the function's float64
			a.wantAsked("POST " + c.path + ` {"model":"m"}`)
			a.wantNoneOf(r, "sk-secret")
			if got := string(r.Steps[0].Result); r.Steps[0].Op != wire.OpAIGateway || !strings.Contains(got, "12345678901234567890") {
				t.Errorf("the step is %s with %s", r.Steps[0].Op, got)
			}
		})
	}
}

func TestRequestsSideBySide(t *testing.T) {
	t.Parallel()
	met := make(chan struct{})
	a := newAsking(t, func(n int, w http.ResponseWriter, r *http.Request) {
		if n == 2 {
			close(met)
		}
		select {
		case <-met:
		case <-r.Context().Done():
		}
		_, _ = io.WriteString(w, r.URL.Path)
	}, func(ctx context.Context, url string) (any, error) {
		branch := func(path string) func(context.Context) (any, error) {
			return func(ctx context.Context) (any, error) {
				res, err := step.Fetch[string](ctx, path, step.FetchOpts{URL: url + path})
				return res.Body, err
			}
		}
		var out []any
		for _, res := range group.Parallel(ctx, branch("/a"), branch("/b")) {
			out = append(out, res.Value)
		}
		return out, nil
	}, func(c *engine.Config) { c.Workers = 2 })
	want(t, a.play(`{}`), `["/a","/b"]`)
}

func TestRequestsCountTowardsConcurrency(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int32
	a := newAsking(t, func(_ int, _ http.ResponseWriter, _ *http.Request) {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer now.Add(-1)
	}, func(context.Context, string) (any, error) { return nil, nil }, func(c *engine.Config) { c.Workers = 10 })
	opts := steps(inngestgo.ConfigStepConcurrency{Limit: 1})
	opts.ID = "one"
	a.add(opts, inngestgo.EventTrigger("one", nil), func(ctx context.Context, _ input) (any, error) {
		_, err := fetch(ctx, step.FetchOpts{URL: a.target.URL})
		return nil, err
	})
	a.sync()
	for range 20 {
		a.send("one", `{}`)
	}
	a.rest()
	if len(a.log.noted()) != 20 || most.Load() != 1 {
		t.Errorf("%d requests were made, %d at once", len(a.log.noted()), most.Load())
	}
}

func TestRedirectsKeepSecrets(t *testing.T) {
	t.Parallel()
	var got http.Header
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		_, _ = io.WriteString(w, `{"ok":true}`)
	}))
	t.Cleanup(other.Close)
	a := newAsking(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+"/", http.StatusTemporaryRedirect)
	}, func(ctx context.Context, url string) (any, error) {
		return infer(ctx, step.InferRequestOpts{URL: url, AuthKey: "sk-secret", Format: step.InferFormatGemini, Headers: map[string]string{"X-Api-Key": "sk-other"}})
	})
	want(t, a.play(`{}`), `{"ok":true}`)
	if diff := cmp.Diff(http.Header{
		"Accept-Encoding": {"gzip"}, "Content-Length": {"13"}, "Content-Type": {"application/json"}, "User-Agent": {"inngestkit"},
	}, got); diff != "" {
		t.Errorf("what another host got (-want +got):\n%s", diff)
	}
}
