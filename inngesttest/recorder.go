package inngesttest

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Recorder is an inngestkit.Sender that records, for code that only sends: no
// app, functions or engine are needed. It validates events and returns ids as
// the real one does. RequireSent and its like look events up in it. It is safe
// for concurrent use.
type Recorder struct {
	t      testing.TB
	sender inngestkit.Sender
	env    *Env // what its app sends to

	mu  sync.Mutex
	err error
}

// NewRecorder returns a recorder for a test.
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

// RecorderOf is the recorder that Context put into its context, or nil of any
// other.
func RecorderOf(ctx context.Context) *Recorder {
	r, _ := ctx.Value(recorderKey{}).(*Recorder)
	return r
}

type recorderKey struct{}

// Send implements inngestkit.Sender.
func (r *Recorder) Send(ctx context.Context, events ...inngestkit.Event) ([]string, error) {
	r.mu.Lock()
	err := r.err
	r.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return r.sender.Send(ctx, events...)
}

// FailWith lets every Send from now on return err, such as an
// *inngestkit.SendError; nil lets it record again.
func (r *Recorder) FailWith(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}

func (r *Recorder) events() (testing.TB, []*sentEvent) {
	if r == nil { // and so knows no test to fail
		panic("inngesttest: the Recorder is nil; give RecorderOf the context that inngesttest.Context returned, or write NewRecorder(t)")
	}
	return r.env.events()
}
