package inngestkit

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// flushTimeout bounds the sending of what a request enqueued. It runs even
// when the client has gone away: the handler's work is done by then.
const flushTimeout = 15 * time.Second

// Errors of Enqueue that say where it was called.
var (
	// ErrNoScope means that the context belongs to no request that the
	// adapter's Middleware has seen.
	ErrNoScope = errors.New("inngestkit: no request scope in this context; install the adapter's Middleware and pass the request's context, or send with Send")
	// ErrScopeEnded means that the request is over, or its answer has begun:
	// what is enqueued now would not be sent.
	ErrScopeEnded = errors.New("inngestkit: the request's answer has begun, so nothing more can be enqueued; enqueue before writing, or send with Send")
)

// FlushError is what the events that a request enqueued failed with when they
// were sent. The request is answered 503.
type FlushError struct{ Err error }

// Error says that it was the flush that failed.
func (e *FlushError) Error() string {
	return "inngestkit: enqueued events were not sent: " + e.Err.Error()
}

// Unwrap is the sender's error.
func (e *FlushError) Unwrap() error { return e.Err }

// Enqueue collects events that are sent in one batch when the request's
// handler has succeeded, before the first byte of its answer leaves. They are
// validated now: the errors are those of Send for an invalid event, ErrNoScope
// and ErrScopeEnded. If the handler fails, with a status of 400 or above, an
// error or a panic, they are dropped, and the log says so; if they cannot be
// sent, the answer is 503 in place of the handler's.
//
// It is for request handlers. In a function, write the durable form.
func Enqueue(ctx context.Context, events ...Event) error {
	if callFrom(ctx) != nil {
		return fmt.Errorf("%w, and a function has no answer to wait for; write %s", ErrOutsideStep, durableForm(events))
	}
	queue, ok := senderFrom(ctx).(interface{ Enqueue(events ...Event) error })
	if !ok {
		return ErrNoScope
	}
	return queue.Enqueue(events...)
}

// Scope is what a request carries: a Sender, the events it has enqueued, and
// the ids derived from its idempotency key. The adapters' Middleware opens one
// for each request, and ends it. It is safe for concurrent use.
type Scope struct {
	app *App

	mu    sync.Mutex
	queue []outgoing
	sent  func() // told when the queue is sent or dropped
	ended bool
	key   *requestKey
}

// OpenScope opens the scope of a request and returns the request that carries
// it. Write adapters with it; applications install one.
func (a *App) OpenScope(r *http.Request, options ...ScopeOption) (*http.Request, *Scope) {
	s := &Scope{app: a}
	for _, option := range options {
		r = option(s, r)
	}
	return r.WithContext(WithSender(r.Context(), s)), s
}

// ScopeOption is an option of OpenScope.
type ScopeOption func(*Scope, *http.Request) *http.Request

// Send implements Sender. It works after the scope has ended too, and without
// derived ids after the request has.
func (s *Scope) Send(ctx context.Context, events ...Event) ([]string, error) {
	return s.app.sender.send(ctx, events, s.deriveID)
}

// Enqueue adds events to the request's batch. See the function Enqueue.
func (s *Scope) Enqueue(events ...Event) error {
	out, err := s.app.sender.prepare(events, s.deriveID)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return ErrScopeEnded
	}
	if s.sent == nil && len(out) > 0 {
		s.sent = s.app.life.queueing()
	}
	s.queue = append(s.queue, out...)
	return nil
}

// Pending says whether there is anything to send at the end of the request.
func (s *Scope) Pending() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue) > 0
}

// Commit ends the scope and sends what was enqueued, in one batch. It keeps
// ctx's values but not its end. A failure is a *FlushError.
func (s *Scope) Commit(ctx context.Context) error {
	queue, sent := s.end()
	defer sent()
	if len(queue) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
	defer cancel()
	if _, err := s.app.sender.deliver(ctx, queue); err != nil {
		s.app.settings.Logger.Error("inngestkit: a request's events were not sent; it is answered 503", "events", names(queue), "error", err.Error())
		return &FlushError{err}
	}
	return nil
}

// Drop ends the scope without sending, and logs what was dropped and why.
func (s *Scope) Drop(reason string) {
	queue, dropped := s.end()
	defer dropped()
	if len(queue) > 0 {
		s.app.settings.Logger.Warn("inngestkit: dropped the events of a request that failed", "reason", reason, "events", names(queue))
	}
}

func (s *Scope) end() (queue []outgoing, sent func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	queue, sent = s.queue, s.sent
	if sent == nil {
		sent = func() {}
	}
	s.queue, s.sent, s.ended = nil, nil, true
	return queue, sent
}

// leave forgets the request and who makes it, whom the adapter may ask of a
// context that its framework uses again. No ids are derived from then on.
func (s *Scope) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key = nil
}

func names(queue []outgoing) []string {
	all := make([]string, len(queue))
	for i, ev := range queue {
		all[i] = ev.name
	}
	return all
}
