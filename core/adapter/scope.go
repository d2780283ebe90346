package adapter

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/internal/application"
	"github.com/inngestkit/inngestkit/core/internal/sending"
)

// flushTimeout limits the sending of the events that a request has enqueued. They
// are sent even if the client has left, because the handler's work is done.
const flushTimeout = 15 * time.Second

// Scope is the [inngestkit.Sender] of one request. It collects the events that
// the request enqueues, and derives event ids from the request's idempotency
// key. Middleware opens a Scope for each request and ends it. A Scope is safe for
// concurrent use.
type Scope struct {
	app    *application.App
	public *inngestkit.App

	mu    sync.Mutex
	queue []sending.Event
	sent  func() // called when the queue is sent or dropped
	ended bool
	key   *requestKey
}

// OpenScope opens the scope of a request. It returns the request to pass on,
// whose context has the scope as its sender. It panics if app is nil.
func OpenScope(app *inngestkit.App, r *http.Request, options ...ScopeOption) (*http.Request, *Scope) {
	s := &Scope{app: of(app, "adapter.OpenScope"), public: app}
	s.warnOfOuter(r.Context())
	for _, option := range options {
		r = option(s, r)
	}
	ctx := context.WithValue(r.Context(), scopeKey{}, s)
	return r.WithContext(inngestkit.WithSender(ctx, s)), s
}

type scopeKey struct{}

// App returns the app that the scope belongs to.
func (s *Scope) App() *inngestkit.App { return s.public }

// warnOfOuter warns once when a request has the scope of another app: events go
// out by the app of the nearest middleware.
func (s *Scope) warnOfOuter(ctx context.Context) {
	outer, ok := ctx.Value(scopeKey{}).(*Scope)
	if !ok || outer.app == s.app {
		return
	}
	s.app.Overlap.Do(func() {
		s.app.Settings.Logger.Warn("inngestkit: a request has the Middleware of two apps; its events go out by the nearest one",
			"nearest", s.app.Settings.AppID, "outer", outer.app.Settings.AppID)
	})
}

// ScopeOption is an option of [OpenScope].
type ScopeOption func(*Scope, *http.Request) *http.Request

// Send implements [inngestkit.Sender]. It also works after the scope has ended.
// After the request has ended, it derives no ids.
func (s *Scope) Send(ctx context.Context, events ...inngestkit.Event) ([]string, error) {
	return s.app.Send(ctx, untyped(events), s.deriveID)
}

// Enqueue validates events, adds them to the request's batch, and returns the ids
// that they will have. The errors are those of [inngestkit.Enqueue].
func (s *Scope) Enqueue(events ...inngestkit.Event) ([]string, error) {
	out, err := s.app.Prepare(untyped(events), func(name string) string { return cmp.Or(s.deriveID(name), sending.NewID()) })
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return nil, inngestkit.ErrScopeEnded
	}
	ids := make([]string, len(out))
	for i, ev := range out {
		if slices.ContainsFunc(s.queue, func(queued sending.Event) bool { return queued.ID == ev.ID }) {
			return nil, &inngestkit.EventError{Index: i, Name: ev.Name, Err: inngestkit.ErrEventDuplicate}
		}
		ids[i] = ev.ID
	}
	if s.sent == nil && len(out) > 0 {
		s.sent = s.app.Life.Queueing()
	}
	s.queue = append(s.queue, out...)
	return ids, nil
}

// Pending reports whether there are events to send at the end of the request.
func (s *Scope) Pending() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue) > 0
}

// Commit ends the scope and sends the enqueued events in one batch. It uses the
// values of ctx, not its end, and takes at most 15 s. If it fails, it logs the
// failure and returns a [*inngestkit.FlushError].
func (s *Scope) Commit(ctx context.Context) error {
	queue, sent := s.end()
	defer sent()
	if len(queue) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
	defer cancel()
	if _, err := s.app.Deliver(ctx, queue); err != nil {
		s.app.Settings.Logger.Error("inngestkit: a request's events were not sent; it is answered with an error", "events", names(queue), "error", err.Error())
		return &inngestkit.FlushError{Err: err}
	}
	return nil
}

// Drop ends the scope without sending. It logs the names of the dropped events
// and the reason.
func (s *Scope) Drop(reason string) {
	queue, dropped := s.end()
	defer dropped()
	if len(queue) > 0 {
		s.app.Settings.Logger.Warn("inngestkit: dropped the events of a request that failed", "reason", reason, "events", names(queue))
	}
}

func (s *Scope) end() (queue []sending.Event, sent func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	queue, sent = s.queue, s.sent
	if sent == nil {
		sent = func() {}
	}
	s.queue, s.sent, s.ended = nil, nil, true
	return queue, sent
}

// leave ends the derivation of ids. The function that names the caller may hold
// a context that the framework uses again for another request.
func (s *Scope) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key = nil
}

func names(queue []sending.Event) []string {
	all := make([]string, len(queue))
	for i, ev := range queue {
		all[i] = ev.Name
	}
	return all
}

func untyped(events []inngestkit.Event) []any {
	all := make([]any, len(events))
	for i, ev := range events {
		all[i] = ev
	}
	return all
}
