package inngestkit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/middleware"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Everything that leans on how inngestgo behaves stands in this file, and
// sdk_test.go holds it to that.

// testedSDK is the version whose behaviour sdk_test.go proves.
const testedSDK = "0.16.0"

// What the SDK keeps to itself and this package must recognise. Each is
// observed once, at start, by letting the SDK use it.
var (
	// interruption is the value the SDK panics with to leave a function.
	interruption = observeInterruption()
	// senderKey is the context key under which its steps look for a sender.
	// middlewareKey is the one that it looks up just before a step's own
	// code runs. managerKey is that of a call's stepState. stepKey is the first
	// that each of its steps looks up.
	senderKey, middlewareKey, managerKey, stepKey = observeKeys()
)

// stepState is where the SDK keeps what a call's finished steps left.
type stepState interface {
	SetSteps(steps map[string]json.RawMessage)
	// ReplayedStep says whether the function has come to a finished step.
	ReplayedStep(hashedID string) bool
}

// restore gives the SDK what a call's finished steps left, by hashed id.
func restore(ctx context.Context, steps map[string]json.RawMessage) stepState {
	state, ok := ctx.Value(managerKey).(stepState)
	if !ok {
		return nil
	}
	if len(steps) > 0 {
		state.SetSteps(steps)
	}
	return state
}

// observeInterruption runs a step on a cancelled context: the SDK then
// leaves at once.
func observeInterruption() (value any) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	defer func() { value = recover() }()
	_, _ = step.Run(ctx, "observe", func(context.Context) (any, error) { return nil, nil })
	return nil
}

func observeKeys() (sender, mw, manager, first any) {
	rec := &recordingContext{Context: context.Background()}
	_, _ = step.Send(rec, "observe", inngestgo.Event{Name: "observe"})
	if n := len(rec.keys); n > 0 {
		first, sender = rec.keys[0], rec.keys[n-1]
	}
	mw, manager = observeStepKeys()
	return sender, mw, manager, first
}

// recordingContext notes the keys that are looked up in it.
type recordingContext struct {
	context.Context
	keys []any
}

func (c *recordingContext) Value(key any) any {
	c.keys = append(c.keys, key)
	return c.Context.Value(key)
}

// observeStepKeys runs one step in a function: the last key that is looked up
// before the step's own code is the middleware's.
func observeStepKeys() (mw, manager any) {
	handler, err := serveOne(offline("observe"), inngestgo.FunctionOpts{ID: "observe"}, inngestgo.EventTrigger("observe", nil),
		func(ctx context.Context, _ inngestgo.Input[hostData]) (any, error) {
			rec := &recordingContext{Context: ctx}
			return step.Run(rec, "observe", func(context.Context) (any, error) {
				for _, key := range rec.keys {
					mw = key
					if _, ok := ctx.Value(key).(stepState); ok {
						manager = key
					}
				}
				return nil, nil
			})
		})
	if err != nil {
		return nil, nil
	}
	body := `{"event":{"name":"observe","data":{}},"ctx":{"fn_id":"00000000-0000-0000-0000-000000000000"}}`
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "/?fnId=observe-observe&stepId=step", strings.NewReader(body))
	if err != nil {
		return nil, nil
	}
	handler.ServeHTTP(newRecorder(), req)
	return mw, manager
}

// offline are client options that read nothing from the environment, log
// nothing and are given no address: what a client reaches is set on purpose.
func offline(appID string) inngestgo.ClientOpts {
	none := new("")
	return inngestgo.ClientOpts{
		AppID: appID, Dev: new(true),
		Logger:   slog.New(slog.DiscardHandler),
		EventKey: none, SigningKey: none, SigningKeyFallback: none, Env: none,
		APIBaseURL: none, EventAPIBaseURL: none,
	}
}

// serveOne makes a client that holds one function and nothing else, and
// returns its handler.
func serveOne[T any](c inngestgo.ClientOpts, o inngestgo.FunctionOpts, t Triggerable, fn inngestgo.SDKFunction[T]) (http.Handler, error) {
	client, err := inngestgo.NewClient(c)
	if err != nil {
		return nil, err
	}
	if _, err := inngestgo.CreateFunction(client, o, t, fn); err != nil {
		return nil, err
	}
	return client.Serve(), nil
}

// newClient is the SDK client behind App.Client.
func newClient(s *settings) (inngestgo.Client, error) {
	return inngestgo.NewClient(clientOptions(s))
}

func clientOptions(s *settings) inngestgo.ClientOpts {
	dev := s.dev()
	return inngestgo.ClientOpts{
		AppID: s.AppID, AppVersion: &s.AppVersion, Dev: &dev, Env: &s.Env,
		EventKey: &s.EventKey, SigningKey: &s.SigningKey, SigningKeyFallback: &s.SigningKeyFallback,
		APIBaseURL: &s.APIBaseURL, EventAPIBaseURL: &s.EventAPIBaseURL,
		HTTPClient: s.HTTPClient, Logger: s.Logger, Middleware: s.SDKMiddleware, Checkpoint: s.Checkpoint,
	}
}

// bind gives the function an inner client of its own, in the SDK's dev mode:
// the webhook has verified a call before that client sees it. API requests
// that the SDK makes by itself carry the hashed key, never the raw one.
func (f *function) bind() error {
	err := f.connect()
	if err != nil {
		return err
	}
	f.config, err = f.capture()
	return err
}

func (f *function) connect() error {
	s, opts := f.app.settings, f.spec.opts
	if f.app.rewired {
		opts.Checkpoint = nil
	}
	c := offline(s.AppID)
	c.SigningKey, c.APIBaseURL, c.EventAPIBaseURL = &s.signingHash, &s.APIBaseURL, &s.EventAPIBaseURL
	c.Checkpoint, c.HTTPClient, c.MaxBodySize = s.Checkpoint, s.HTTPClient, int(s.MaxBodyBytes)
	c.Middleware = append([]func() middleware.Middleware{
		middleware.LogMiddleware(s.Logger),
		func() middleware.Middleware { return &liveness{} },
	}, s.SDKMiddleware...)

	var err error
	f.inner, err = serveOne(c, opts, f.spec.trigger, f.host)
	return err
}

// capture asks the SDK, by an in-band sync in memory, for the function's
// configuration as it would register it.
func (f *function) capture() (functionConfig, error) {
	const key = "signkey-test-00"
	c := offline(f.app.settings.AppID)
	c.SigningKey, c.Checkpoint = inngestgo.StrPtr(key), f.app.settings.Checkpoint
	handler, err := serveOne(c, f.spec.opts, f.spec.trigger, f.host)
	if err != nil {
		return nil, err
	}
	body := []byte(`{"url":"http://app.invalid/"}`)
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPut, "/", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	sig, err := inngestgo.Sign(context.Background(), time.Now(), []byte(key), body)
	if err != nil {
		return nil, err
	}
	req.Header.Set(wire.HeaderSignature, sig)
	rec := newRecorder()
	handler.ServeHTTP(rec, req)

	var reply struct {
		Functions []functionConfig `json:"functions"`
	}
	if err := json.Unmarshal(rec.body.Bytes(), &reply); err != nil || len(reply.Functions) != 1 {
		return nil, fmt.Errorf("the SDK refused its configuration: %s", bytes.TrimSpace(rec.body.Bytes()))
	}
	return reply.Functions[0], nil
}

// liveness is SDK middleware that tells a call when replay is over and new
// code runs, and when a step's code has ended.
type liveness struct{ middleware.BaseMiddleware }

func (*liveness) BeforeExecution(ctx context.Context, _ middleware.CallContext) {
	if c := callFrom(ctx); c != nil {
		c.live.Store(true)
	}
}

func (*liveness) TransformOutput(ctx context.Context, _ middleware.CallContext, _ *middleware.TransformableOutput) {
	if c := callFrom(ctx); c != nil {
		c.finished.Store(true)
	}
}
