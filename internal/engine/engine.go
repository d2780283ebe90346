package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
)

// Engine runs functions. Its methods are safe for concurrent use.
type Engine struct {
	cfg      Config
	clock    Clock
	log      *slog.Logger
	compiler *expr.Compiler
	entropy  io.Reader

	ctx    context.Context // of every call; ends at Close
	cancel context.CancelFunc
	calls  sync.WaitGroup
	done   chan struct{} // closed when the engine stops admitting

	mu        sync.Mutex
	closed    bool
	registry  registry
	events    eventLog
	runs      runLog
	waits     waitIndex
	signals   map[string]*pending // steps that wait for a signal
	paused    map[string]*pause   // by function id
	watches   []*Watch
	queue     queue
	backlog   backlog
	rates     rates
	debounces map[string]*debounced
	batches   map[string]*batch
	singles   map[string]*run     // the active run of each singleton
	absent    map[string]*absence // by app, after a restart
	journal   *journal            // nil without a store
	inflight  int
	ending    bool    // a call is, and its goroutine can go on with another
	onward    *flight // that it goes on with
	timer     Timer
	timerAt   time.Time
	idle      []chan struct{}
}

// New returns a running engine, with all that the store has. Close it when
// done.
func New(cfg Config) (*Engine, error) {
	cfg = cfg.withDefaults()
	compiler, err := expr.NewCompiler(cfg.Clock.Now)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	keep := bounds{cfg.Keep, cfg.KeepBytes}
	e := &Engine{
		cfg: cfg, clock: cfg.Clock, log: cfg.Logger, compiler: compiler, entropy: cfg.Entropy,
		ctx: ctx, cancel: cancel, done: make(chan struct{}),
		registry: newRegistry(), events: newEventLog(keep), runs: newRunLog(keep),
		backlog: newBacklog(), rates: newRates(), debounces: map[string]*debounced{}, batches: map[string]*batch{},
		singles: map[string]*run{}, waits: newWaitIndex(), signals: map[string]*pending{}, paused: map[string]*pause{},
		absent: map[string]*absence{},
	}
	if cfg.Store == nil {
		return e, nil
	}
	e.startJournal(cfg.Store)
	if err := e.restore(); err != nil {
		return nil, errors.Join(fmt.Errorf("what the engine had kept cannot be restored: %w", err), e.Close())
	}
	return e, nil
}

// Err returns why the engine works no more, an ErrStore, or nil while it does.
func (e *Engine) Err() error { return e.journal.failed() }

// Close stops at once: calls in flight are cancelled and waited for. Runs stay
// as they are. It is safe to call more than once.
func (e *Engine) Close() error {
	e.stop()
	e.cancel()
	e.calls.Wait()
	return e.journal.close()
}

// Shutdown admits no new work and waits for the calls in flight. When ctx ends
// first they are cancelled and its error is returned.
func (e *Engine) Shutdown(ctx context.Context) error {
	e.stop()
	defer e.cancel()
	finished := make(chan struct{})
	go func() {
		e.calls.Wait()
		close(finished)
	}()
	select {
	case <-finished:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (e *Engine) stop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return
	}
	e.closed = true
	close(e.done)
	if e.timer != nil {
		e.timer.Stop()
	}
}

// Idle waits until no call is in flight and nothing is due: until only the
// clock or an event can make something happen.
func (e *Engine) Idle(ctx context.Context) error {
	e.mu.Lock()
	if e.resting() {
		e.mu.Unlock()
		return nil
	}
	rest := make(chan struct{})
	e.idle = append(e.idle, rest)
	e.mu.Unlock()
	select {
	case <-rest:
		return nil
	case <-e.done:
		return ErrClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Next returns when the engine will do something on its own, and whether it
// will.
func (e *Engine) Next() (time.Time, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	it := e.queue.next()
	if it == nil {
		return time.Time{}, false
	}
	return it.at, true
}

func (e *Engine) resting() bool {
	it := e.queue.next()
	return e.inflight == 0 && len(e.backlog.ready) == 0 && (it == nil || it.at.After(e.clock.Now()))
}
