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

// CallOption is an option of NewCall.
type CallOption func(*callSetup)

type callSetup struct {
	path   string
	step   string
	ctx    wire.CallContext
	steps  map[string]json.RawMessage
	errors []error
}

// WithStoredStep gives the call a finished step and its output.
func WithStoredStep(id string, output any) CallOption {
	return func(c *callSetup) {
		raw, err := json.Marshal(map[string]any{"data": output})
		if err != nil {
			c.errors = append(c.errors, fmt.Errorf("the output of step %q: %w", id, err))
		}
		c.steps[wire.HashStepID(id, 0)] = raw
	}
}

// WithAttempt sets the call's attempt number, counted from zero.
func WithAttempt(n int) CallOption { return func(c *callSetup) { c.ctx.Attempt = n } }

// WithTargetStep makes it a call that runs one planned step.
func WithTargetStep(id string) CallOption {
	return func(c *callSetup) { c.step = wire.HashStepID(id, 0) }
}

// WithPath sets the path of the webhook. Defaults to where it is mounted, or
// /api/inngest.
func WithPath(path string) CallOption { return func(c *callSetup) { c.path = path } }

// NewCall is a request as Inngest makes it to call a function, by its own id
// or its full one, with an event: a POST to the app's webhook, signed if the
// app has a signing key. Serve it by the router under test; ReadResponse reads
// what comes back. It needs no Env.
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
		t.Fatal("inngesttest: NewCall: the app is in cloud mode and has no signing key, so it refuses every call; make it with a Config.SigningKey, such as \"signkey-test-00\", or with Mode: inngestkit.ModeDev")
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

// Response is what the webhook answers to a call.
type Response struct {
	// Status is 200 when the function has ended, with Output; 206 when it has
	// come to steps, with Ops; and another when it failed, with Err.
	Status int
	Output json.RawMessage
	Ops    []Op
	Err    *RunError
	// NoRetry is set on a failure that Inngest does not retry.
	NoRetry bool
}

// Op is a step that an answer reports.
type Op struct {
	// Step is its id as its author named it.
	Step string
	// Code is its op code (SDK specification 5.3), such as StepRun or Sleep.
	Code string
	// Output is the output of a step that has run.
	Output json.RawMessage
	// Options are what a step that has not run was planned with.
	Options json.RawMessage
}

// ReadResponse reads the answer to a call. It fails the test when the answer is
// none of the webhook's.
func ReadResponse(t testing.TB, w *httptest.ResponseRecorder) Response {
	t.Helper()
	if w.Header().Get(wire.HeaderSDK) == "" {
		t.Fatalf("inngesttest: the answer (status %d) is not the webhook's: is it mounted at the path of the call? %s", w.Code, w.Body)
	}
	a := Response{Status: w.Code, NoRetry: w.Header().Get(wire.HeaderNoRetry) == "true"}
	body := bytes.TrimSpace(w.Body.Bytes())
	var err error
	switch w.Code {
	case http.StatusOK:
		a.Output = body
	case http.StatusPartialContent:
		var ops []wire.Op
		err = json.Unmarshal(body, &ops)
		for _, o := range ops {
			a.Ops = append(a.Ops, Op{Step: stepName(o), Code: o.Op, Output: o.Data, Options: o.Opts})
		}
	default:
		var failed wire.CallError
		err = json.Unmarshal(body, &failed)
		a.Err = &RunError{Name: failed.Name, Message: failed.Message}
	}
	if err != nil {
		t.Fatalf("inngesttest: the answer cannot be read: %v: %s", err, body)
	}
	return a
}
