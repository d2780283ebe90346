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
	done   chan struct{} // closed by Close and Shutdown

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
	ending    bool    // a call is ending, so its goroutine is free for another
	onward    *flight // next call for that goroutine
	timer     Timer
	timerAt   time.Time
	idle      []chan struct{}
}

// New returns a running engine with the state of its store. The caller must
// close it. An error says why the store's state cannot be restored.
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
		return nil, errors.Join(fmt.Errorf("the engine's stored state cannot be restored: %w", err), e.Close())
	}
	return e, nil
}

// Err returns the ErrStore that stopped the engine, or nil while it works.
func (e *Engine) Err() error { return e.journal.failed() }

// Close stops the engine at once. It cancels the calls in flight, waits for them
// to end and commits to the store; runs stay as they are. It returns the error
// that Err returns, and is safe to call more than once.
func (e *Engine) Close() error {
	e.stop()
	e.cancel()
	e.calls.Wait()
	return e.journal.close()
}

// Shutdown stops the engine from starting work and waits for the calls in
// flight. If ctx ends first, Shutdown cancels them and returns the cause of ctx.
// Call Close afterwards.
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

// Idle waits until no call is in flight and nothing is due, so that only the
// clock or a request can make the engine work. It returns ErrClosed or the cause
// of ctx.
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

// Next returns the time of the engine's next scheduled work, and whether there
// is any.
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
