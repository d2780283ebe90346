package inngestkit

import (
	"context"
	"fmt"
	"sync"
)

// lifecycle counts what runs and, once draining, admits no more calls.
type lifecycle struct {
	mu       sync.Mutex
	work     Unfinished
	calls    map[*call]struct{} // those that are decoded, to be named
	draining bool
	idle     chan struct{}
}

// Unfinished counts what an app has begun and not ended.
type Unfinished struct {
	// Calls are requests that the webhook is answering.
	Calls int
	// Sends are calls of Send, and of requests' batches, that wait for the
	// event API.
	Sends int
	// Requests are those with enqueued events that wait for their handler to
	// end.
	Requests int
}

// ShutdownError is what Shutdown left behind when its context ended.
type ShutdownError struct {
	Unfinished

	// Err is the context's error.
	Err error
}

// Error counts what was left behind.
func (e *ShutdownError) Error() string {
	return fmt.Sprintf("inngestkit: shutdown left %d calls, %d sends and %d requests with enqueued events behind: %v", e.Calls, e.Sends, e.Requests, e.Err)
}

// Unwrap is the context's error.
func (e *ShutdownError) Unwrap() error { return e.Err }

// admit counts a call in and returns how to count it out, or false while
// draining.
func (l *lifecycle) admit() (release func(), ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.draining {
		return nil, false
	}
	l.work.Calls++
	return func() { l.end(&l.work.Calls) }, true
}

// sending counts a send in. While draining too: what still runs may send.
func (l *lifecycle) sending() (release func()) { return l.begin(&l.work.Sends) }

// queueing counts a request in that has enqueued its first events.
func (l *lifecycle) queueing() (release func()) { return l.begin(&l.work.Requests) }

func (l *lifecycle) begin(count *int) (release func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*count++
	return func() { l.end(count) }
}

func (l *lifecycle) end(count *int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if *count--; l.work == (Unfinished{}) && l.idle != nil {
		close(l.idle)
		l.idle = nil
	}
}

// follow remembers which call runs until it is forgotten.
func (l *lifecycle) follow(c *call) (forget func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.calls == nil {
		l.calls = map[*call]struct{}{}
	}
	l.calls[c] = struct{}{}
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.calls, c)
	}
}

func (l *lifecycle) drain(ctx context.Context) error {
	l.mu.Lock()
	l.draining = true
	if l.work == (Unfinished{}) {
		l.mu.Unlock()
		return nil
	}
	if l.idle == nil {
		l.idle = make(chan struct{})
	}
	idle := l.idle
	l.mu.Unlock()

	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		l.mu.Lock()
		defer l.mu.Unlock()
		for c := range l.calls {
			c.logger.Error("inngestkit: a call was still running at shutdown; Inngest will retry it elsewhere")
		}
		return &ShutdownError{l.work, ctx.Err()}
	}
}
