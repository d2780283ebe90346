package engine_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// newRaw returns a kit whose app is a handler with one function, "shop-raw", on the
// event "go". Answers carry the SDK header.
func newRaw(t testing.TB, h http.HandlerFunc, change ...func(*engine.Config)) *kit {
	t.Helper()
	k := newKit(t, append(change, func(c *engine.Config) {
		c.Transport = engine.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set(wire.HeaderSDK, "test:v1")
			h(w, r)
		}))
	})...)
	if _, err := k.Register(rawApp("shop-raw", `[{"event":"go"}]`)); err != nil {
		t.Fatal(err)
	}
	return k
}

// rawApp returns a sync of one function with these triggers and the default
// retries.
func rawApp(id, triggers string) wire.SyncRequest {
	fn := fmt.Sprintf(`{"id":%q,"name":"raw","triggers":%s,"steps":{"step":{"id":"step","name":"step","runtime":{"type":"http","url":"http://app.test/api?fnId=%s&stepId=step"}}}}`, id, triggers, id)
	return wire.SyncRequest{AppName: "shop", URL: "http://app.test/api", Functions: []json.RawMessage{json.RawMessage(fn)}}
}

func TestCallRequest(t *testing.T) {
	t.Parallel()
	const key = "signkey-test-0123456789abcdef"
	calls := 0
	k := newRaw(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if _, err := signature.Verify(r.Header.Get(wire.HeaderSignature), body, start, key); err != nil {
			t.Error(err)
		}
		if q := r.URL.Query(); q.Get("fnId") != "shop-raw" || q.Get("stepId") != "step" {
			t.Errorf("the query is %v", q)
		}
		for _, h := range []string{wire.HeaderRequestID, wire.HeaderJobID} {
			if r.Header.Get(h) == "" {
				t.Errorf("the call has no %s", h)
			}
		}
		d := json.NewDecoder(strings.NewReader(string(body)))
		d.DisallowUnknownFields()
		var req wire.CallRequest
		if err := d.Decode(&req); err != nil {
			t.Errorf("%v in %s", err, body)
		}
		if calls++; calls == 1 {
			w.WriteHeader(http.StatusPartialContent)
			_, _ = io.WriteString(w, `[{"id":"aa","op":"StepRun","data":{"n":1}}]`)
			return
		}
		attempts := 5
		want := wire.CallRequest{
			Version: wire.OwnVersion,
			Event:   req.Event, Events: []json.RawMessage{req.Event},
			Steps: map[string]json.RawMessage{"aa": json.RawMessage(`{"data":{"n":1}}`)},
			Ctx: wire.CallContext{
				RunID: req.Ctx.RunID, FunctionID: req.Ctx.FunctionID, StepID: "step",
				MaxAttempts: &attempts, QueueItemRef: r.Header.Get(wire.HeaderJobID),
				Stack: wire.CallStack{Stack: []string{"aa"}, Current: 1},
			},
		}
		if diff := cmp.Diff(want, req); diff != "" {
			t.Errorf("the call (-want +got):\n%s", diff)
		}
		wantEvent := fmt.Sprintf(`{"data":{"x":"<>"},"id":%q,"name":"go","ts":%d,"user":{}}`, eventID(req.Event), start.UnixMilli())
		if string(req.Event) != wantEvent {
			t.Errorf("the event is %s, want %s", req.Event, wantEvent)
		}
	}, func(c *engine.Config) { c.SigningKey = key })
	want(t, k.play(`{"x":"<>"}`), `null`)
}

func eventID(raw []byte) string {
	var ev wire.Event
	_ = json.Unmarshal(raw, &ev)
	return ev.ID
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		output string // of a completed run
		fails  string // part of the error of a failed run
	}{
		"output":            {200, ` {"a":1} `, `{"a":1}`, ""},
		"no output":         {200, ``, `null`, ""},
		"text":              {200, `hello`, `"hello"`, ""},
		"run complete":      {206, `[{"id":"a","op":"RunComplete","data":{"b":2}}]`, `{"b":2}`, ""},
		"error":             {500, `{"name":"TypeError","message":"x is y","stack":"at z"}`, "", "TypeError x is y at z"},
		"error in a string": {400, `"{\"name\":\"TypeError\",\"message\":\"x is y\"}"`, "", "TypeError x is y"},
		"error as text":     {502, `bad gateway`, "", "Error bad gateway"},
		"empty error":       {503, ``, "", "status 503"},
		"redirect":          {302, ``, "", "status 302"},
		"created":           {201, ``, "", "status 201"},
		"no array":          {206, `{"a":1}`, "", "InvalidAnswer"},
		"null":              {206, `null`, "", "NoProgress"},
		"no steps":          {206, `[]`, "", "NoProgress"},
		"cut short":         {206, `[{"id":"a"`, "", "InvalidAnswer"},
		"no id":             {206, `[{"op":"StepRun"}]`, "", "without an id"},
		"unknown op":        {206, `[{"id":"a","op":"Dance","displayName":"waltz"}]`, "", `step "waltz" is of the unknown type "Dance"`},
		"no gateway":        {206, `[{"id":"a","op":"Gateway","name":"ask"}]`, "", `step "ask" asks for an HTTP request, but this server makes none`},
		"bad request":       {206, `[{"id":"a","op":"Gateway","name":"ask","opts":{"url":7}}]`, "", `the options of step "ask" are not a request`},
		"bad body":          {206, `[{"id":"a","op":"Gateway","name":"ask","opts":{"url":"http://a.test","body":{}}}]`, "", "so must the body"},
		"bad method":        {206, `[{"id":"a","op":"Gateway","name":"ask","opts":{"url":"http://a.test","method":"post"}}]`, "", `the method of step "ask" is "post"; it must be one of GET`},
		"bad inference":     {206, `[{"id":"a","op":"AiGateway","name":"ask","opts":[]}]`, "", `the options of step "ask" are not a request`},
		"no signal":         {206, `[{"id":"a","op":"WaitForSignal","opts":{"timeout":"1s"}}]`, "", "names no signal"},
		"bad conflict":      {206, `[{"id":"a","op":"WaitForSignal","opts":{"signal":"s","timeout":"1s","conflict":"wait"}}]`, "", "onConflict is fail or replace"},
		"bad sleep":         {206, `[{"id":"a","op":"Sleep","opts":{"duration":"soon"}}]`, "", `"soon" is neither a duration`},
		"bad expression":    {206, `[{"id":"a","op":"WaitForEvent","opts":{"event":"e","timeout":"1s","if":"event.("}}]`, "", "not valid"},
		"bad payload":       {206, `[{"id":"a","op":"InvokeFunction","opts":{"function_id":"f","payload":{"data":[1]}}}]`, "", "must be a JSON object"},
		"huge step":         {206, `[{"id":"a","op":"StepRun","data":"` + strings.Repeat("x", wire.MaxStepBytes) + `"}]`, "", "larger than 4 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newRaw(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			r := k.play(`{}`)
			if c.fails != "" {
				wantFailed(t, r, c.fails)
				return
			}
			want(t, r, c.output)
		})
	}
}

func TestTransportFailures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		transport func(*http.Request) (*http.Response, error)
		want      string
	}{
		"refused":    {(&http.Transport{}).RoundTrip, "ConnectionRefused"},
		"hung up":    {func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }, "ConnectionClosed"},
		"not an SDK": {engine.InProcess(http.NotFoundHandler()).RoundTrip, "NotAnSDK"},
		"panic":      {engine.InProcess(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oh") })).RoundTrip, "the handler panicked: oh"},
		"timeout":    {func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() }, "CallTimeout"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKit(t, func(cfg *engine.Config) {
				if cfg.Transport = roundTripper(c.transport); name == "timeout" {
					cfg.CallTimeout = 20 * time.Millisecond
				}
			})
			app := rawApp("shop-raw", `[{"event":"go"}]`)
			app.Functions[0] = json.RawMessage(strings.ReplaceAll(string(app.Functions[0]), "app.test", "127.0.0.1:1"))
			if _, err := k.Register(app); err != nil {
				t.Fatal(err)
			}
			r := k.play(`{}`)
			wantFailed(t, r, c.want)
			if r.Calls != 5 {
				t.Errorf("%d calls, want 5: it might have been better later", r.Calls)
			}
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
