package inngesttest

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Recorder is an [inngestkit.Sender] that records events. Use it for code that only
// sends: it needs no app, functions or engine. It validates events and returns ids
// as a real sender does. [RequireSent], [RequireNotSent] and [Sent] search it. A
// Recorder is safe for concurrent use.
type Recorder struct {
	t      testing.TB
	sender inngestkit.Sender
	env    *Env // receives the events of its app

	mu  sync.Mutex
	err error
}

// NewRecorder returns a [Recorder] for a test.
func NewRecorder(t testing.TB) *Recorder {
	t.Helper()
	r := &Recorder{t: t, env: &Env{t: t}}
	app, err := inngestkit.New(inngestkit.Config{
		AppID: "recorder", Mode: inngestkit.ModeDev, BaseURL: inngestURL,
		APIBaseURL: inngestURL, EventAPIBaseURL: inngestURL,
		HTTPClient: &http.Client{Transport: api{r.env}}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatalf("inngesttest: %v", err)
	}
	r.sender = app.Sender()
	return r
}

// RecorderOf returns the recorder of a context that [Context] has returned. For any
// other context it returns nil.
func RecorderOf(ctx context.Context) *Recorder {
	r, _ := ctx.Value(recorderKey{}).(*Recorder)
	return r
}

type recorderKey struct{}

// Send records events and returns an id for each, in their order. It returns a
// *[validate.Error] if an event is invalid, and the error of [Recorder.FailWith] if
// there is one; then it records none of them.
func (r *Recorder) Send(ctx context.Context, events ...inngestkit.Event) ([]string, error) {
	r.mu.Lock()
	err := r.err
	r.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return r.sender.Send(ctx, events...)
}

// FailWith makes Send return err from now on, such as an *[inngestkit.SendError]. If
// err is nil, Send records again.
func (r *Recorder) FailWith(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}

func (r *Recorder) events() (testing.TB, []*sentEvent) {
	if r == nil { // there is no test to fail
		panic("inngesttest: the Recorder is nil; call RecorderOf with the context that inngesttest.Context returned, or write NewRecorder(t)")
	}
	return r.env.events()
}
