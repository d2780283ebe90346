package call

import (
	"bytes"
	"context"
	"net/http"
	"sync"
)

// flights are the running calls. Inngest delivers a call at least once; a
// duplicate that comes while the first is running waits for its answer instead
// of doing the work again.
type flights struct {
	mu      sync.Mutex
	running map[flightKey]*flight
}

// flightKey tells calls apart without comparing their bodies.
type flightKey struct {
	fn      *Function
	run     string
	target  string
	attempt int
}

// flight is a running call.
type flight struct {
	body   []byte
	done   chan struct{}
	answer Answer
	cut    bool // its own request ended first
}

// once runs a call, or waits for the one that it duplicates: of the same
// function, run and step, with the same bytes.
func (f *flights) once(ctx context.Context, c *Call, run func() Answer) Answer {
	if c.meta.RunID == "" {
		return run()
	}
	key := flightKey{c.fn, c.meta.RunID, c.target, c.meta.Attempt}
	for {
		first, own := f.join(key, c.raw)
		if own {
			return f.fly(ctx, key, first, run)
		}
		if first == nil {
			return run() // the same step with another state
		}
		select {
		case <-first.done:
			if !first.cut {
				return first.answer
			}
		case <-ctx.Done():
			return *Failure(http.StatusInternalServerError, "CallInterrupted", "the caller went away while a duplicate of the call was running")
		}
	}
}

// join returns the flight to wait for, the caller's own, or neither.
func (f *flights) join(key flightKey, body []byte) (first *flight, own bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if first := f.running[key]; first != nil {
		if !bytes.Equal(first.body, body) {
			return nil, false
		}
		return first, false
	}
	if f.running == nil {
		f.running = map[flightKey]*flight{}
	}
	first = &flight{body: body, done: make(chan struct{}), cut: true}
	f.running[key] = first
	return first, true
}

func (f *flights) fly(ctx context.Context, key flightKey, own *flight, run func() Answer) Answer {
	defer func() {
		f.mu.Lock()
		delete(f.running, key)
		f.mu.Unlock()
		close(own.done)
	}()
	own.answer = run()
	// A finished step is an answer for both.
	own.cut = ctx.Err() != nil && own.answer.Status >= http.StatusBadRequest
	return own.answer
}
