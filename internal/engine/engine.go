package engine

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// ErrClosed is returned once an engine has been told to stop.
var ErrClosed = errors.New("the engine is closed")

// Config sets up an Engine. The zero value is useful.
type Config struct {
	// Clock defaults to RealClock.
	Clock Clock
	// Transport carries requests to apps. It must be safe for concurrent use.
	// Defaults to http.DefaultTransport; InProcess needs no network.
	Transport http.RoundTripper
	// Gateway carries the requests that steps have the server make: to anywhere,
	// with the keys that they name. It must be safe for concurrent use. Defaults
	// to none, and runs with such steps fail.
	Gateway http.RoundTripper
	// Logger defaults to one that discards.
	Logger *slog.Logger
	// SigningKey signs requests to apps. Empty signs nothing.
	SigningKey string
	// Workers is how many calls may be in flight at once. Defaults to 100. With
	// one, everything happens in one order.
	Workers int
	// CallTimeout bounds one call, or one request through the gateway, in real
	// time. Defaults to two hours, as long as the SDK says that a step may take.
	CallTimeout time.Duration
	// RetryBackoff says how long to wait before the n-th retry, counted from
	// one. Defaults to DefaultBackoff.
	RetryBackoff func(retry int) time.Duration
	// SendBytes is how large a call's events and steps may be together and
	// still be sent with it; the app fetches larger ones from the API
	// (SDK specification 4.4.2). Defaults to wire.MaxCallBytes.
	SendBytes int
	// Keep is how many finished runs and how many events are remembered.
	// Defaults to 10,000 of each.
	Keep int
	// KeepBytes bounds the same by the size of the runs' results, and of the
	// events. Whatever ended or came in first is forgotten first. Runs that have
	// not ended are never forgotten, nor are their events. Defaults to 256 MiB
	// of each.
	KeepBytes int
	// Entropy feeds the ids. It is read with the engine's lock held. Defaults
	// to crypto/rand.
	Entropy io.Reader
	// LetLastStepEnd lets a run of just MaxSteps steps be called once more, to
	// end. The documented limit allows it, and the official server fails the
	// run. Defaults to false.
	LetLastStepEnd bool
	// Store keeps the engine's state, so that a new engine goes on where one
	// has stopped, or was killed. Defaults to none: all is in memory.
	Store Store
	// Hooks are a test kit's. Defaults to none.
	Hooks Hooks
}

func (c Config) withDefaults() Config {
	if c.Clock == nil {
		c.Clock = RealClock{}
	}
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Workers <= 0 {
		c.Workers = 100
	}
	if c.CallTimeout <= 0 {
		c.CallTimeout = wire.MaxCallDuration
	}
	if c.RetryBackoff == nil {
		c.RetryBackoff = DefaultBackoff
	}
	if c.SendBytes <= 0 {
		c.SendBytes = wire.MaxCallBytes
	}
	if c.Keep <= 0 {
		c.Keep = 10_000
	}
	if c.KeepBytes <= 0 {
		c.KeepBytes = 256 << 20
	}
	if c.Entropy == nil {
		c.Entropy = bufio.NewReader(rand.Reader)
	}
	return c
}

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
