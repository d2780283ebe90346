package sdk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/middleware"
	"github.com/inngest/inngestgo/pkg/checkpoint"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Trigger is what starts a function: any trigger of inngestgo.
type Trigger interface {
	Triggers() []inngestgo.Trigger
}

// Function is a function as the SDK needs it.
type Function struct {
	Opts    inngestgo.FunctionOpts
	Trigger Trigger
	// Run is called in the place of the user's handler.
	Run Run
}

// Run runs a function for the SDK. The events in the input are stubs unless
// the call was made with real ones.
type Run func(ctx context.Context, in inngestgo.Input[Data]) (any, error)

// enter calls run. Its frame lies below the frames of a function's own code:
// stacks are read down to it.
//
//go:noinline
func (run Run) enter(ctx context.Context, in inngestgo.Input[Data]) (any, error) { return run(ctx, in) }

// Client is the environment of a function's own SDK client.
type Client struct {
	AppID string
	// SigningKey is the hashed signing key. The SDK sends no other.
	SigningKey                  string
	APIBaseURL, EventAPIBaseURL string
	Checkpoint                  *checkpoint.Config
	HTTPClient                  *http.Client
	Logger                      *slog.Logger
	MaxBodyBytes                int64
	Middleware                  []func() middleware.Middleware
}

// Serve makes an SDK client that holds one function, and returns its handler.
// The client is in the SDK's dev mode and verifies nothing: hand it verified
// calls only.
func (c Client) Serve(f Function) (http.Handler, error) {
	o := offline(c.AppID)
	o.SigningKey, o.APIBaseURL, o.EventAPIBaseURL = &c.SigningKey, &c.APIBaseURL, &c.EventAPIBaseURL
	o.Checkpoint, o.HTTPClient, o.MaxBodySize = c.Checkpoint, c.HTTPClient, int(c.MaxBodyBytes)
	o.Middleware = append([]func() middleware.Middleware{
		middleware.LogMiddleware(c.Logger),
		func() middleware.Middleware { return &progress{} },
	}, c.Middleware...)
	return serve(o, f.Opts, f.Trigger, f.Run.enter)
}

// Config is a function's configuration as the SDK registers it.
type Config map[string]json.RawMessage

// Config asks the SDK, by an in-band sync in memory, for the configuration of
// a function.
func (c Client) Config(f Function) (Config, error) {
	const key = "signkey-test-00"
	o := offline(c.AppID)
	o.SigningKey, o.Checkpoint = inngestgo.StrPtr(key), c.Checkpoint
	handler, err := serve(o, f.Opts, f.Trigger, f.Run.enter)
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
	rec := &Recorder{}
	handler.ServeHTTP(rec, req)

	var reply struct {
		Functions []Config `json:"functions"`
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &reply); err != nil || len(reply.Functions) != 1 {
		return nil, fmt.Errorf("the SDK refused its configuration: %s", bytes.TrimSpace(rec.Body.Bytes()))
	}
	return reply.Functions[0], nil
}

// offline returns client options that read nothing from the environment, log
// nothing and hold no address.
func offline(appID string) inngestgo.ClientOpts {
	none := new("")
	return inngestgo.ClientOpts{
		AppID: appID, Dev: new(true),
		Logger:   slog.New(slog.DiscardHandler),
		EventKey: none, SigningKey: none, SigningKeyFallback: none, Env: none,
		APIBaseURL: none, EventAPIBaseURL: none,
	}
}

func serve(c inngestgo.ClientOpts, o inngestgo.FunctionOpts, t Trigger, fn inngestgo.SDKFunction[Data]) (http.Handler, error) {
	client, err := inngestgo.NewClient(c)
	if err != nil {
		return nil, err
	}
	if _, err := inngestgo.CreateFunction(client, o, t, fn); err != nil {
		return nil, err
	}
	return client.Serve(), nil
}

// progress is SDK middleware that reports to the call when new code runs and
// when code has returned.
type progress struct{ middleware.BaseMiddleware }

func (*progress) BeforeExecution(ctx context.Context, _ middleware.CallContext) {
	if c := CallOf(ctx); c != nil {
		c.ReplayOver()
	}
}

func (*progress) TransformOutput(ctx context.Context, _ middleware.CallContext, out *middleware.TransformableOutput) {
	if c := CallOf(ctx); c != nil {
		c.CodeEnded(out.Error)
	}
}

// Data is event data that the SDK carries without reading it.
type Data struct{ raw json.RawMessage }

// UnmarshalJSON keeps the bytes.
func (d *Data) UnmarshalJSON(b []byte) error {
	d.raw = append(d.raw[:0], b...)
	return nil
}

// MarshalJSON returns them.
func (d Data) MarshalJSON() ([]byte, error) {
	if d.raw == nil {
		return []byte("null"), nil
	}
	return d.raw, nil
}

// Recorder is a response writer that keeps the answer of the SDK's handler.
type Recorder struct {
	Status int // 0 until something is written
	Body   bytes.Buffer
	header http.Header
}

// Header returns the answer's header.
func (r *Recorder) Header() http.Header {
	if r.header == nil {
		r.header = http.Header{}
	}
	return r.header
}

// WriteHeader records the first status.
func (r *Recorder) WriteHeader(status int) {
	if r.Status == 0 {
		r.Status = status
	}
}

// Write appends to the body.
func (r *Recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.Body.Write(b)
}
