package engine_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

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

// failing returns the message of the error that a function gets from its step.
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
		url    string // of the target, unless it has a scheme
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
		"cut off": {"/", "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "half")
			_ = http.NewResponseController(w).Flush()
			hangUp(w)
		}, "broke off: the connection was closed"},
		"too large": {"/", "", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("x", engine.MaxStepBytes+1))
		}, "larger than 4 MiB"},
		"too large as JSON": {"/", "", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("\x01", engine.MaxStepBytes/2))
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
		"no JSON":      {200, "data: {}", "answered with status 200 and no JSON", `"data: {}"`},
		"nothing":      {200, "", "answered with status 200 and no JSON", `null`},
		"a huge error": {500, strings.Repeat("x", engine.MaxStepBytes+1), "larger than 4 MiB", ``},
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

// A request is repeated without the function, which is called again when the
// step has ended.
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

func TestRestartRequesting(t *testing.T) {
	t.Parallel()
	a := newAsking(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n < 3 {
			panic(http.ErrAbortHandler)
		}
	}, func(ctx context.Context, url string) (any, error) {
		_, err := fetch(ctx, step.FetchOpts{URL: url, Headers: map[string]string{"Authorization": "Bearer sk-secret"}})
		return failing(err)
	})
	run := a.runsOf(a.send("go", `{}`))[0]
	a.rest()
	a.wantNoneOf(must(a.Run(run)), "sk-secret")
	a.restart()
	a.rest()
	a.wantAsked("POST / ")
	if w := must(a.Run(run)).Waiting; w == nil || !w.Awaits.Until.Equal(start.Add(10*time.Second)) {
		t.Errorf("after the restart the run waits for %+v", w)
	}
	r := a.end(run)
	a.wantAsked("POST / ", "POST / ")
	if s := r.Steps[0]; r.Status != engine.StatusCompleted || s.Attempts != 2 || !r.Ended.Equal(start.Add(10*time.Second)) {
		t.Errorf("the run is %s at %s with %+v", r.Status, r.Ended, s)
	}
}

func TestCloseEndsRequests(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{})
	a := newAsking(t, func(_ int, _ http.ResponseWriter, r *http.Request) {
		close(asked)
		<-r.Context().Done()
	}, func(ctx context.Context, url string) (any, error) { return fetch(ctx, step.FetchOpts{URL: url}) })
	run := a.runsOf(a.send("go", `{}`))[0]
	<-asked
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if s := must(a.Run(run)).Steps[0]; len(s.Failures) > 0 || !s.Ended.IsZero() {
		t.Errorf("the step that was under way is %+v", s)
	}
}

func TestShutdownWaitsForRequests(t *testing.T) {
	t.Parallel()
	asked, answer := make(chan struct{}), make(chan struct{})
	a := newAsking(t, func(int, http.ResponseWriter, *http.Request) {
		close(asked)
		<-answer
	}, func(ctx context.Context, url string) (any, error) { return fetch(ctx, step.FetchOpts{URL: url}) })
	a.send("go", `{}`)
	<-asked
	stopped := make(chan error)
	go func() { stopped <- a.Shutdown(context.Background()) }()
	if err := a.Idle(t.Context()); !errors.Is(err, engine.ErrClosed) { // Shutdown has begun
		t.Fatalf("the engine rests while a request is under way: %v", err)
	}
	select {
	case err := <-stopped:
		t.Fatalf("Shutdown returned %v before the answer", err)
	default:
	}
	close(answer)
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
}

func TestCancelWhileRequesting(t *testing.T) {
	t.Parallel()
	asked, answer := make(chan struct{}), make(chan struct{})
	a := newAsking(t, func(int, http.ResponseWriter, *http.Request) {
		close(asked)
		<-answer
	}, func(ctx context.Context, url string) (any, error) { return fetch(ctx, step.FetchOpts{URL: url}) })
	run := a.runsOf(a.send("go", `{}`))[0]
	<-asked
	if err := a.Cancel(run); err != nil {
		t.Fatal(err)
	}
	close(answer)
	a.rest()
	if r := must(a.Run(run)); r.Status != engine.StatusCancelled || r.Steps[0].Result != nil {
		t.Errorf("the run is %s with %+v", r.Status, r.Steps[0])
	}
}
