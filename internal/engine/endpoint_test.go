package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

const endpointHost = "http://api.test"

// newEndpoint returns a kit whose app is an endpoint that the engine calls to
// continue a run.
func newEndpoint(t testing.TB, again http.HandlerFunc, change ...func(*engine.Config)) *kit {
	t.Helper()
	return newKit(t, append(change, func(c *engine.Config) {
		c.Transport = engine.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set(wire.HeaderSDK, "go:test")
			again(w, r)
		}))
	})...)
}

// uncalled is an endpoint that the engine must not call.
func uncalled(t testing.TB) http.HandlerFunc {
	return func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the endpoint was called: %s %s", r.Method, r.URL)
	}
}

// report returns the first report of an endpoint at POST /pay.
func (k *kit) report(steps string) wire.EndpointRunRequest {
	return wire.EndpointRunRequest{
		RunID: ulid.MustNew(ulid.Timestamp(k.clock.Now()), ulid.DefaultEntropy()).String(),
		Event: wire.Event{Name: "http/run.started", Data: json.RawMessage(
			`{"domain":"` + endpointHost + `","method":"POST","path":"/pay now","query_params":"a=1","body":"eA=="}`)},
		Steps: json.RawMessage(steps),
	}
}

// begin reports a run and returns it.
func (k *kit) begin(req wire.EndpointRunRequest) engine.Run {
	k.Helper()
	reply := must(k.StartEndpoint(req))
	if reply.RunID != req.RunID || reply.Token == "" {
		k.Fatalf("the answer is %+v", reply)
	}
	return must(k.Run(reply.RunID))
}

// done returns the op that ends a run.
func done(status int, body string) string {
	raw, _ := json.Marshal(wire.EndpointResult{Status: status, Body: body})
	return `{"id":"end","op":"RunComplete","data":` + string(raw) + `}`
}

func stepRan(at time.Time, took time.Duration) string {
	return fmt.Sprintf(`{"id":"a","op":"StepRun","name":"A","data":7,"timing":{"a":%d,"b":%d}}`, at.UnixNano(), took.Nanoseconds())
}

func TestEndpoint(t *testing.T) {
	t.Parallel()
	k := newEndpoint(t, uncalled(t))
	req := k.report(`[` + stepRan(start.Add(time.Second), time.Millisecond) + `,` + done(201, `{"ok":true}`) + `]`)
	k.clock.Advance(time.Minute)
	r := k.begin(req)
	want(t, r, `{"ok":true}`)
	if r.App != endpointHost || r.FunctionID != endpointHost+"-POST /pay now" || r.FunctionName != "POST /pay now" || !r.Started.Equal(start) || r.Calls != 0 {
		t.Errorf("the run is %+v", r)
	}
	s := r.Steps[0]
	if len(r.Steps) != 1 || s.Name != "A" || string(s.Result) != `{"data":7}` || !s.Started.Equal(start.Add(time.Second)) || s.Ended.Sub(s.Started) != time.Millisecond || s.Attempts != 1 {
		t.Errorf("the steps are %+v", r.Steps)
	}
	if ev := must(k.Event(r.Events[0].InternalID)); ev.Name != "http/run.started" || !cmp.Equal(ev.RunIDs, []string{r.ID}) {
		t.Errorf("the event is %+v", ev)
	}
	if again := k.begin(req); !cmp.Equal(again, r) {
		t.Errorf("a repeated report has changed the run:\n%s", cmp.Diff(r, again))
	}
	if apps := k.Apps(); len(apps) != 1 || !apps[0].Endpoints || len(apps[0].Functions) != 1 {
		t.Errorf("the apps are %+v", apps)
	}
}

// TestEndpointTiming checks that a step has the times that the app measured, unless they
// are impossible.
func TestEndpointTiming(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		began time.Duration // since the run began, two seconds ago
		took  time.Duration
		taken bool
	}{
		"possible":       {500 * time.Millisecond, time.Second, true},
		"all the time":   {0, 2 * time.Second, true},
		"no time":        {time.Second, 0, true},
		"before the run": {-time.Millisecond, time.Second, false},
		"in the future":  {time.Second, time.Second + time.Millisecond, false},
		"backwards":      {time.Second, -time.Millisecond, false},
		"overflowing":    {time.Second, 1<<63 - 1, false},
	} {
		k := newEndpoint(t, uncalled(t))
		req := k.report("")
		k.clock.Advance(2 * time.Second)
		req.Steps = json.RawMessage(`[` + stepRan(start.Add(c.began), c.took) + `,` + done(200, "") + `]`)
		step := k.begin(req).Steps[0]
		began, ended := start.Add(2*time.Second), start.Add(2*time.Second)
		if c.taken {
			began, ended = start.Add(c.began), start.Add(c.began+c.took)
		}
		if !step.Started.Equal(began) || !step.Ended.Equal(ended) {
			t.Errorf("%s: the step ran from %v to %v, want %v to %v", name, step.Started, step.Ended, began, ended)
		}
	}
}

// TestEndpointResults checks which answers of an endpoint fail its run.
func TestEndpointResults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		op     string
		status engine.Status
		output string
		reason string
	}{
		"text":          {done(200, "hello"), engine.StatusCompleted, `"hello"`, ""},
		"nothing":       {done(204, ""), engine.StatusCompleted, `null`, ""},
		"redirect":      {done(303, "there"), engine.StatusCompleted, `"there"`, ""},
		"client error":  {done(404, "no"), engine.StatusCompleted, `"no"`, ""},
		"server error":  {done(500, "no"), engine.StatusFailed, `"no"`, "HTTP 500: no"},
		"named error":   {done(503, `{"name":"Busy","message":"later"}`), engine.StatusFailed, `{"name":"Busy","message":"later"}`, "Busy: later"},
		"with an error": {`{"id":"end","op":"RunComplete","data":{"status":500,"error":"boom"}}`, engine.StatusFailed, `null`, "HTTP 500: boom"},
		"panic":         {done(0, ""), engine.StatusFailed, `null`, "NoResponse: the endpoint's handler ended without an answer: it probably panicked"},
		"kept private":  {`{"id":"end","op":"RunComplete","data":null}`, engine.StatusCompleted, `null`, ""},
		"other shape":   {`{"id":"end","op":"RunComplete","data":[1]}`, engine.StatusCompleted, `null`, ""},
		"caught":        {`{"id":"a","op":"StepError","error":{"name":"E","message":"m"}},` + done(200, "ok"), engine.StatusCompleted, `"ok"`, ""},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			k := newEndpoint(t, uncalled(t))
			r := k.begin(k.report(`[` + c.op + `]`))
			reason := ""
			if r.Error != nil {
				reason = r.Error.Name + ": " + r.Error.Message
			}
			if r.Status != c.status || string(r.Output) != c.output || reason != c.reason {
				t.Errorf("the run is %s with %s, %q", r.Status, r.Output, reason)
			}
		})
	}
}

// TestEndpointGoesOn checks the calls that continue an endpoint's run, also after a
// restart.
func TestEndpointGoesOn(t *testing.T) {
	t.Parallel()
	const key = "signkey-test-00ff"
	var calls []string
	k := newEndpoint(t, nil, func(c *engine.Config) { c.SigningKey = key })
	k.cfg.Transport = engine.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		run := r.Header.Get(wire.HeaderRunID)
		_, err := signature.Verify(r.Header.Get(wire.HeaderSignature), nil, k.clock.Now(), key)
		calls = append(calls, fmt.Sprintf("%s %s %q %v", r.Method, r.URL, body, err))
		w.Header().Set(wire.HeaderSDK, "go:test")
		if len(calls) == 1 {
			w.WriteHeader(http.StatusPartialContent)
			_, _ = io.WriteString(w, `[{"id":"b","op":"StepRun","data":8}]`)
			return
		}
		state := must(k.Actions(run))
		_, _ = w.Write(state)
	}))
	r := k.begin(k.report(`[{"id":"a","op":"StepRun","data":7},{"id":"nap","op":"Sleep","opts":{"duration":"1h"}}]`))
	if r.Status != engine.StatusRunning || r.Waiting == nil {
		t.Fatalf("the run is %s and waits for %+v", r.Status, r.Waiting)
	}
	k.restart()
	want(t, k.end(r.ID), `{"a":{"data":7},"nap":null,"b":{"data":8}}`)
	one := `POST http://api.test/pay%20now "" <nil>`
	if diff := cmp.Diff([]string{one, one}, calls); diff != "" {
		t.Errorf("the calls (-want +got):\n%s", diff)
	}
}

// TestEndpointAnswers checks the effect of an endpoint's answer to a call.
func TestEndpointAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status  int
		body    string
		sdk     string
		outcome string
	}{
		{200, `{"a":1}`, "go", `Completed {"a":1}`},
		{404, `no`, "go", `Completed "no"`},
		{303, ``, "go", `Completed null`},
		{502, `no`, "go", `Failed "no"`},
		{200, `no`, "", `Failed {"name":"NotAnSDK"`},
		{206, `no`, "go", `Failed {"name":"InvalidAnswer"`},
	} {
		k := newEndpoint(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(wire.HeaderSDK, c.sdk)
			w.Header().Set("Location", "/there")
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		})
		r := k.end(k.begin(k.report(`[{"id":"a","op":"StepError","error":{"name":"E","message":"m"}}]`)).ID)
		if got := fmt.Sprintf("%s %s", r.Status, r.Output); !strings.HasPrefix(got, c.outcome) {
			t.Errorf("%d %s: the run is %s, want %s", c.status, c.body, got, c.outcome)
		}
	}
}

// TestEndpointParallel checks the error for an SDK that cannot run one of the steps
// that it planned.
func TestEndpointParallel(t *testing.T) {
	t.Parallel()
	const plans = `[{"id":"a","op":"StepPlanned"},{"id":"b","op":"StepPlanned"}]`
	can := true
	k := newEndpoint(t, func(w http.ResponseWriter, r *http.Request) {
		step := r.Header.Get(wire.HeaderStepID)
		switch {
		case step == "":
			_, _ = io.WriteString(w, "done")
		case can:
			w.WriteHeader(http.StatusPartialContent)
			fmt.Fprintf(w, `[{"id":%q,"op":"StepRun","data":1}]`, step)
		default:
			w.WriteHeader(http.StatusPartialContent)
			_, _ = io.WriteString(w, plans)
		}
	})
	want(t, k.end(k.begin(k.report(plans)).ID), `"done"`)
	can = false
	wantFailed(t, k.end(k.begin(k.report(plans)).ID), "take them one after the other")
}

// TestEndpointRetries checks that a failed step is retried if the app reports a
// number of retries.
func TestEndpointRetries(t *testing.T) {
	t.Parallel()
	k := newEndpoint(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusPartialContent)
		_, _ = io.WriteString(w, `[{"id":"a","op":"StepRun","data":1},{"id":"end","op":"RunComplete","data":2}]`)
	})
	req := k.report(`[{"id":"a","op":"StepError","error":{"name":"E","message":"m"}}]`)
	req.Retries = 2
	r := k.begin(req)
	if r.Waiting == nil || len(r.Steps) != 1 || len(r.Steps[0].Failures) != 1 {
		t.Fatalf("the run is %+v", r)
	}
	want(t, k.end(r.ID), `2`)
}

func TestEndpointSteps(t *testing.T) {
	t.Parallel()
	k := newEndpoint(t, uncalled(t))
	req := k.report(``)
	reply := must(k.StartEndpoint(req))
	more := wire.EndpointStepsRequest{RunID: reply.RunID, FunctionID: reply.FunctionID, AppID: reply.AppID}
	for _, steps := range []string{`[{"id":"a","op":"StepRun","data":1}]`, `[{"id":"a","op":"StepRun","data":2}]`, `[]`,
		`[{"id":"b","op":"StepRun","data":1},{"id":"b","op":"StepRun","data":2},{"id":"c","op":"StepRun","data":3}]`, `[` + done(200, "x") + `]`, `[` + done(200, "y") + `]`} {
		more.Steps = json.RawMessage(steps)
		if err := k.ReportEndpoint(reply.RunID, more); err != nil {
			t.Fatalf("%s: %v", steps, err)
		}
	}
	r := must(k.Run(reply.RunID))
	want(t, r, `"x"`)
	var results []string
	for _, s := range r.Steps {
		results = append(results, s.ID+string(s.Result))
	}
	if diff := cmp.Diff([]string{`a{"data":1}`, `b{"data":1}`, `c{"data":3}`}, results); diff != "" {
		t.Errorf("the steps (-want +got):\n%s", diff)
	}
}

func TestEndpointRefused(t *testing.T) {
	t.Parallel()
	k := newEndpoint(t, func(http.ResponseWriter, *http.Request) {})
	k.on("fn", func(context.Context, input) (any, error) { return 1, nil })
	k.sync()
	open := must(k.StartEndpoint(k.report(``)))
	ended := must(k.StartEndpoint(k.report(`[` + done(200, "") + `]`)))
	asleep := must(k.StartEndpoint(k.report(`[{"id":"nap","op":"Sleep","opts":{"duration":"1h"}}]`)))
	ordinary := must(k.Start(engine.StartRequest{Function: "shop-fn", Events: []wire.Event{{Name: "go"}}}))
	large := `"` + strings.Repeat("x", wire.MaxStepBytes) + `"`
	for name, c := range map[string]struct {
		change func(*wire.EndpointRunRequest)
		status int
	}{
		"no id":          {func(r *wire.EndpointRunRequest) { r.RunID = "" }, 400},
		"bad id":         {func(r *wire.EndpointRunRequest) { r.RunID = strings.Repeat("u", 26) }, 400},
		"no event":       {func(r *wire.EndpointRunRequest) { r.Event = wire.Event{} }, 400},
		"reserved event": {func(r *wire.EndpointRunRequest) { r.Event.Name = "inngest/x" }, 400},
		"no domain":      {func(r *wire.EndpointRunRequest) { r.Event.Data = []byte(`{"method":"GET","path":"/"}`) }, 400},
		"a path in it": {func(r *wire.EndpointRunRequest) {
			r.Event.Data = []byte(`{"domain":"http://a/b","method":"GET","path":"/"}`)
		}, 400},
		"a password": {func(r *wire.EndpointRunRequest) {
			r.Event.Data = []byte(`{"domain":"http://a:b@c","method":"GET","path":"/"}`)
		}, 400},
		"no method": {func(r *wire.EndpointRunRequest) { r.Event.Data = []byte(`{"domain":"http://a","path":"/"}`) }, 400},
		"bad path": {func(r *wire.EndpointRunRequest) {
			r.Event.Data = []byte(`{"domain":"http://a","method":"GET","path":"b"}`)
		}, 400},
		"bad data":     {func(r *wire.EndpointRunRequest) { r.Event.Data = []byte(`{"domain":1}`) }, 400},
		"bad steps":    {func(r *wire.EndpointRunRequest) { r.Steps = []byte(`{}`) }, 400},
		"unknown step": {func(r *wire.EndpointRunRequest) { r.Steps = []byte(`[{"id":"a","op":"Nope"}]`) }, 400},
		"step after end": {func(r *wire.EndpointRunRequest) {
			r.Steps = []byte(`[` + done(200, "") + `,{"id":"a","op":"StepRun"}]`)
		}, 400},
		"large step":       {func(r *wire.EndpointRunRequest) { r.Steps = []byte(`[{"id":"a","op":"StepRun","data":` + large + `}]`) }, 413},
		"too many retries": {func(r *wire.EndpointRunRequest) { r.Retries = 21 }, 400},
		"another's run":    {func(r *wire.EndpointRunRequest) { r.RunID = ordinary }, 409},
		"more steps": {func(r *wire.EndpointRunRequest) {
			r.RunID, r.Steps = ended.RunID, []byte(`[{"id":"a","op":"StepRun"}]`)
		}, 409},
	} {
		req := k.report(``)
		c.change(&req)
		_, err := k.StartEndpoint(req)
		wantRefused(t, name, err, c.status)
	}
	for name, c := range map[string]struct {
		run    string
		req    wire.EndpointStepsRequest
		status int
	}{
		"unknown run":    {"nope", wire.EndpointStepsRequest{}, 404},
		"ordinary run":   {ordinary, wire.EndpointStepsRequest{}, 404},
		"other run":      {open.RunID, wire.EndpointStepsRequest{RunID: ended.RunID}, 400},
		"other function": {open.RunID, wire.EndpointStepsRequest{FunctionID: "nope"}, 400},
		"other app":      {open.RunID, wire.EndpointStepsRequest{AppID: "nope"}, 400},
		"bad steps":      {open.RunID, wire.EndpointStepsRequest{Steps: []byte(`1`)}, 400},
		"after its end":  {ended.RunID, wire.EndpointStepsRequest{Steps: []byte(`[{"id":"a","op":"StepRun"}]`)}, 409},
		"called":         {asleep.RunID, wire.EndpointStepsRequest{Steps: []byte(`[{"id":"a","op":"StepRun"}]`)}, 409},
	} {
		wantRefused(t, name, k.ReportEndpoint(c.run, c.req), c.status)
	}
	if err := k.Pause(ended.FunctionID); err != nil {
		t.Fatal(err)
	}
	_, err := k.StartEndpoint(k.report(``))
	wantRefused(t, "paused", err, http.StatusConflict)
	if err := k.Resume(ended.FunctionID); err != nil {
		t.Fatal(err)
	}
	_, err = k.Rerun(ended.RunID)
	wantRefused(t, "rerun", err, http.StatusConflict)
	_, err = k.Invoke(ended.FunctionID, nil, nil)
	wantRefused(t, "invoke", err, http.StatusConflict)
	if _, err := k.EndpointOutput(t.Context(), open.RunID, ended.Token); err == nil {
		t.Error("the token of another run is taken")
	}
}

func wantRefused(t *testing.T, name string, err error, status int) {
	t.Helper()
	var refused *engine.RequestError
	if !errors.As(err, &refused) || refused.Status != status {
		t.Errorf("%s: got %v, want status %d", name, err, status)
	}
}

// TestEndpointFunctions checks that an endpoint without a name, which makes a
// function for each path, does not fill the server.
func TestEndpointFunctions(t *testing.T) {
	t.Parallel()
	k := newEndpoint(t, uncalled(t))
	const many = 501
	for i := range many {
		req := k.report(`[` + done(200, "") + `]`)
		req.Event.Data = fmt.Appendf(nil, `{"domain":"%s","method":"GET","path":"/%d"}`, endpointHost, i)
		k.begin(req)
	}
	if fns := k.Apps()[0].Functions; len(fns) != many-1 || fns[0].Name != "GET /1" {
		t.Errorf("there are %d functions, the first is %s", len(fns), fns[0].Name)
	}
}

// FuzzEndpoint checks that no report of an endpoint can stop the engine, and that
// the engine can store every report that it accepts.
func FuzzEndpoint(f *testing.F) {
	for _, seed := range []string{
		`[]`, `null`, `[{"id":"a","op":"StepRun","data":1,"timing":{"a":1772366400000000000,"b":5}},` + done(200, "x") + `]`,
		`[{"id":"a","op":"StepError","error":{"name":"E","message":"m"}}]`, `[{"id":"n","op":"Sleep","opts":{"duration":"1h"}}]`,
		`[{"id":"p","op":"StepPlanned"},{"id":"q","op":"StepPlanned"}]`, `[{"id":"a","op":"StepFailed"},{"id":"a","op":"StepRun"}]`,
		`[{"id":"a","op":"InvokeFunction","opts":{"function_id":"x","payload":{}}},{"id":"e","op":"RunComplete"}]`,
	} {
		f.Add([]byte(seed), []byte(`{"domain":"http://a.test","method":"GET","path":"/x"}`))
	}
	f.Fuzz(func(t *testing.T, steps, data []byte) {
		k := newEndpoint(t, func(http.ResponseWriter, *http.Request) {})
		req := k.report(``)
		req.Steps, req.Event.Data = steps, data
		reply, err := k.StartEndpoint(req)
		if err != nil {
			return
		}
		if _, err := k.StartEndpoint(req); err != nil {
			t.Errorf("a repeated report is refused: %v", err)
		}
		_ = k.ReportEndpoint(reply.RunID, wire.EndpointStepsRequest{Steps: steps})
		for range 20 { // all due work ends at last
			k.rest()
			at, ok := k.clock.Next()
			if !ok {
				break
			}
			k.clock.Advance(at.Sub(k.clock.Now()))
		}
	})
}
