package inngestkit

import (
	"context"
	"fmt"
	"sync"
)

// lifecycle counts the calls that run and, once draining, admits no more.
type lifecycle struct {
	mu       sync.Mutex
	inFlight int
	draining bool
	idle     chan struct{}
}

// admit counts a call in and returns how to count it out, or false while
// draining.
func (l *lifecycle) admit() (release func(), ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.draining {
		return nil, false
	}
	l.inFlight++
	return l.release, true
}

func (l *lifecycle) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.inFlight--; l.inFlight == 0 && l.idle != nil {
		close(l.idle)
		l.idle = nil
	}
}

func (l *lifecycle) drain(ctx context.Context) error {
	l.mu.Lock()
	l.draining = true
	if l.inFlight == 0 {
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
		return fmt.Errorf("inngestkit: %d calls were still running at shutdown: %w", l.inFlight, ctx.Err())
	}
}
