// Package lifecycle counts the running work of an app, so that it can be shut
// down when nothing runs any more.
package lifecycle

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Work counts the work that an app has begun and not ended. Its fields are those of
// inngestkit.Unfinished.
type Work struct{ Calls, Sends, Requests int }

// Life counts an app's work and, once draining, takes no more calls. It is safe
// for concurrent use.
type Life struct {
	mu       sync.Mutex
	work     Work
	calls    map[*slog.Logger]struct{} // of the calls that are decoded
	draining bool                      // not ready any more
	closed   bool                      // takes no more calls
	idle     chan struct{}
}

// Enter counts a call in and returns how to count it out, or false when no more
// are taken.
func (l *Life) Enter() (leave func(), ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, false
	}
	l.work.Calls++
	return func() { l.end(&l.work.Calls) }, true
}

// Closed reports whether no more calls are taken.
func (l *Life) Closed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}

// Sending counts a send in. It does so while draining too: running calls may send.
func (l *Life) Sending() (done func()) { return l.begin(&l.work.Sends) }

// Queueing counts a request in that has enqueued its first events.
func (l *Life) Queueing() (done func()) { return l.begin(&l.work.Requests) }

func (l *Life) begin(count *int) (done func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*count++
	return func() { l.end(count) }
}

func (l *Life) end(count *int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if *count--; l.work == (Work{}) && l.idle != nil {
		close(l.idle)
		l.idle = nil
	}
}

// Follow remembers a running call by its logger until forget is called.
func (l *Life) Follow(call *slog.Logger) (forget func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.calls == nil {
		l.calls = map[*slog.Logger]struct{}{}
	}
	l.calls[call] = struct{}{}
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.calls, call)
	}
}

// State returns how many calls are running, and whether the app is draining.
func (l *Life) State() (calls int, draining bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.work.Calls, l.draining
}

// Drain makes the app unready, goes on taking calls for the delay, then takes no
// more and waits until nothing runs. If ctx ends first it logs the calls that
// run, and returns the work left and ctx's error.
func (l *Life) Drain(ctx context.Context, delay time.Duration) (left Work, err error) {
	l.mu.Lock()
	first := !l.draining
	l.draining = true
	l.mu.Unlock()
	if first && delay > 0 {
		timer := time.NewTimer(delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	l.mu.Lock()
	l.closed = true
	if l.work == (Work{}) {
		l.mu.Unlock()
		return Work{}, nil
	}
	if l.idle == nil {
		l.idle = make(chan struct{})
	}
	idle := l.idle
	l.mu.Unlock()

	select {
	case <-idle:
		return Work{}, nil
	case <-ctx.Done():
		l.mu.Lock()
		defer l.mu.Unlock()
		for call := range l.calls {
			call.Error("inngestkit: a call was still running at shutdown; Inngest will retry it elsewhere")
		}
		return l.work, ctx.Err()
	}
}
