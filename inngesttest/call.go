package inngesttest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/seam"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// CallOption is an option of [NewCall].
type CallOption func(*callSetup)

type callSetup struct {
	path   string
	step   string
	ctx    wire.CallContext
	steps  map[string]json.RawMessage
	errors []error
}

// WithStoredStep adds a finished step, with its output, to the state of the call.
func WithStoredStep(id string, output any) CallOption {
	return func(c *callSetup) {
		raw, err := json.Marshal(map[string]any{"data": output})
		if err != nil {
			c.errors = append(c.errors, fmt.Errorf("the output of step %q: %w", id, err))
		}
		c.steps[wire.HashStepID(id, 0)] = raw
	}
}

// WithAttempt sets the call's attempt number, counted from zero. Defaults to 0.
func WithAttempt(n int) CallOption { return func(c *callSetup) { c.ctx.Attempt = n } }

// WithTargetStep makes the call one that runs the planned step with an id. Inngest
// makes such calls for parallel steps.
func WithTargetStep(id string) CallOption {
	return func(c *callSetup) { c.step = wire.HashStepID(id, 0) }
}

// WithPath sets the path of the webhook. Defaults to the path where an adapter has
// mounted it, or else /api/inngest.
func WithPath(path string) CallOption { return func(c *callSetup) { c.path = path } }

// NewCall returns a request like the one with which Inngest calls a function: a POST
// to the app's webhook with an event, signed if the app has a signing key. The
// function is named by its own id or its full one. Serve the request with the
// router under test, and read the response with [ReadResponse]. NewCall needs no
// [Env]. It fails the test if an argument is invalid.
func NewCall(t testing.TB, app *inngestkit.App, function string, ev inngestkit.Event, options ...CallOption) *http.Request {
	t.Helper()
	if app == nil {
		t.Fatal("inngesttest: NewCall: the app is nil; did inngestkit.New return an error?")
	}
	needEvents(t, ev)
	fn, ok := functionOf(app, function)
	if !ok {
		t.Fatalf("inngesttest: NewCall: %s", noFunction(app, function))
	}
	described := seam.Use().Describe(app)
	if !described.Dev && described.SigningKey == "" {
		t.Fatal("inngesttest: NewCall: the app is in cloud mode and has no signing key, so it refuses every call; create it with a Config.SigningKey, such as \"signkey-test-00\", or with Mode: inngestkit.ModeDev")
	}
	c := callSetup{
		path: defaultPath, step: wire.StepAny, steps: map[string]json.RawMessage{},
		ctx: wire.CallContext{RunID: "01TESTRUN", FunctionID: "00000000-0000-4000-8000-000000000000"},
	}
	if described.Route != "" {
		c.path = strings.TrimSuffix(described.Route, "/")
	}
	for _, option := range options {
		option(&c)
	}
	if c.ctx.Attempt < 0 {
		c.errors = append(c.errors, fmt.Errorf("WithAttempt(%d): attempts are counted from zero", c.ctx.Attempt))
	}
	event, err := json.Marshal(ev)
	if err != nil {
		c.errors = append(c.errors, fmt.Errorf("the event: %w", err))
	}
	for _, err := range c.errors {
		t.Fatalf("inngesttest: NewCall: %v", err)
	}
	c.ctx.StepID = c.step
	body, _ := json.Marshal(wire.CallRequest{ // the event and the outputs are JSON
		Version: wire.OwnVersion,
		Event:   event, Events: []json.RawMessage{event}, Steps: c.steps, Ctx: c.ctx,
	})
	query := url.Values{wire.QueryFunctionID: {described.ID + "-" + fn.ID()}, wire.QueryStepID: {c.step}}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, c.path+"?"+query.Encode(), bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(wire.HeaderServerKind, wire.ServerKindDev)
	if described.SigningKey != "" {
		r.Header.Set(wire.HeaderSignature, signature.Sign(described.SigningKey, body, time.Now()))
	}
	return r
}

// Response is the webhook's response to a call: see [ReadResponse].
type Response struct {
	// Status is the HTTP status: 200 if the function has ended, 206 if it has
	// reached steps, and another if it has failed.
	Status int
	// Output is the function's output as JSON. It is set if Status is 200.
	Output json.RawMessage
	// Ops are the steps that the function has reached. They are set if Status is
	// 206.
	Ops []Op
	// Err is the function's error. It is set for any other Status.
	Err *RunError
	// NoRetry reports whether Inngest must not retry the call.
	NoRetry bool
}

// Op is a step that a [Response] reports.
type Op struct {
	// Step is the step's id, as the function names it.
	Step string
	// Code is the step's op code (SDK specification 5.3), such as StepRun or Sleep.
	Code string
	// Output is the output as JSON of a step that has run, and nil for others.
	Output json.RawMessage
	// Options are the options of the step as JSON, such as the duration of a
	// sleep, and nil for a step that runs code.
	Options json.RawMessage
}

// ReadResponse reads the response to a call of [NewCall]. It fails the test if the
// response is not the webhook's.
func ReadResponse(t testing.TB, w *httptest.ResponseRecorder) Response {
	t.Helper()
	if w.Header().Get(wire.HeaderSDK) == "" {
		t.Fatalf("inngesttest: the response (status %d) is not the webhook's: is it mounted at the path of the call? %s", w.Code, w.Body)
	}
	res := Response{Status: w.Code, NoRetry: w.Header().Get(wire.HeaderNoRetry) == "true"}
	body := bytes.TrimSpace(w.Body.Bytes())
	var err error
	switch w.Code {
	case http.StatusOK:
		res.Output = body
	case http.StatusPartialContent:
		var ops []wire.Op
		err = json.Unmarshal(body, &ops)
		for _, o := range ops {
			res.Ops = append(res.Ops, Op{Step: stepName(o), Code: o.Op, Output: o.Data, Options: o.Opts})
		}
	default:
		var failed wire.CallError
		err = json.Unmarshal(body, &failed)
		res.Err = &RunError{Name: failed.Name, Message: failed.Message}
	}
	if err != nil {
		t.Fatalf("inngesttest: the response cannot be read: %v: %s", err, body)
	}
	return res
}
