package devserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/inngestkit/inngestkit/internal/doctor"
	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/store"
)

// Server is a dev server. It runs in this process, or has joined one that runs
// in another place ([Config.Join]). Its methods are safe for concurrent use.
type Server struct {
	cfg Config
	log *slog.Logger
	url string

	// These are nil until the server runs here.
	engine  *engine.Engine
	store   *store.Store    // nil without DataDir
	calls   *http.Transport // to apps
	gateway *http.Transport // for requests that steps leave to the server
	http    *http.Server
	syncs   *syncer
	started time.Time

	ctx     context.Context // of the server's own goroutines
	stop    context.CancelFunc
	ending  context.Context // ends before ctx, when the server is asked to stop
	end     context.CancelFunc
	workers sync.WaitGroup
	mu      sync.Mutex // guards closed, and the start here against the stop
	closed  bool
	once    sync.Once
	err     error
	done    chan struct{}
}

// Start starts a dev server and returns once it accepts requests. The server
// runs until [Server.Close], [Server.Shutdown] or the end of ctx.
//
// Start fails if cfg is not valid, if ctx has ended, if cfg.DataDir belongs to
// another server, or if it cannot listen at cfg.Addr. If another program
// listens there, the error is an [*AddrInUseError], which names that program.
//
// With [Config.Join], Start joins a server of this package that already listens
// at cfg.Addr, in this or another process: [Server.URL] is that server's URL,
// that server syncs cfg.Apps, and Close leaves it running. The other settings
// have no effect meanwhile; a warning names DataDir, EventKey and NoUI if they
// are set. When the joined server ends, a server starts here, at the same address. It knows
// cfg.Apps and the contents of cfg.DataDir, but nothing that the other server
// held in memory.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("devserver: %w", context.Cause(ctx))
	}
	s := &Server{cfg: cfg, log: cfg.Logger, done: make(chan struct{})}
	s.ctx, s.stop = context.WithCancel(ctx)
	s.ending, s.end = context.WithCancel(s.ctx)
	if err := s.begin(); err != nil {
		s.stop()
		return nil, err
	}
	context.AfterFunc(s.ctx, func() { _ = s.Close() })
	return s, nil
}

// begin runs the server here, or joins the one that is there.
func (s *Server) begin() error {
	listener, taken := (&net.ListenConfig{}).Listen(s.ctx, "tcp", s.cfg.Addr)
	if taken == nil {
		return s.serve(listener)
	}
	if !inUse(taken) {
		return fmt.Errorf("devserver: %w", taken)
	}
	s.url = baseURL(s.cfg.Addr)
	if !s.cfg.Join {
		there, refusal := s.look()
		return s.occupied(there, refusal, taken)
	}
	other, err := s.join()
	switch {
	case errors.Is(err, errStopping):
		s.workers.Go(s.follow)
	case err != nil:
		return s.occupied(other.occupant, err, taken)
	default:
		s.workers.Go(func() { s.accompany(other) })
	}
	return nil
}

// serve runs the server here.
func (s *Server) serve(listener net.Listener) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = listener.Close()
		return engine.ErrClosed
	}
	calls, gateway := doctor.NewTransport(), doctor.NewTransport()
	gateway.Proxy = http.ProxyFromEnvironment // apps are near; the hosts of steps' requests may not be
	e, err := s.newEngine(calls, gateway)
	if err != nil {
		_ = listener.Close()
		return fmt.Errorf("devserver: %w", err)
	}
	if s.url == "" {
		s.url = baseURL(listener.Addr().String())
	}
	s.engine, s.calls, s.gateway, s.started = e, calls, gateway, time.Now()
	s.syncs = s.newSyncer()
	s.http = &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	s.workers.Go(func() {
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("the dev server stopped", "error", err)
		}
	})
	s.log.Info("the dev server is ready", "url", s.url) // before the log lines about apps
	if s.cfg.AllowRemote {
		s.log.Warn("whoever can reach the dev server can run your functions", "address", listener.Addr().String())
	}
	s.syncs.restore()
	for _, app := range s.cfg.Apps {
		s.syncs.add(app, fromConfig)
	}
	s.workers.Go(s.syncs.run)
	return nil
}

// newEngine returns the engine, with the contents of DataDir.
func (s *Server) newEngine(calls, gateway http.RoundTripper) (*engine.Engine, error) {
	cfg := engine.Config{Transport: calls, Gateway: gateway, Logger: s.log, SigningKey: s.cfg.SigningKey, RetryBackoff: s.cfg.RetryBackoff}
	if s.cfg.DataDir == "" {
		return engine.New(cfg)
	}
	kept, err := store.Open(s.cfg.DataDir)
	if err != nil {
		return nil, err
	}
	cfg.Store = kept
	e, err := engine.New(cfg)
	if err != nil {
		return nil, errors.Join(err, kept.Close())
	}
	s.store = kept
	return e, nil
}

// baseURL returns the URL at which this machine reaches a server that listens
// at addr.
func baseURL(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err != nil || host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// URL returns the server's base URL, such as "http://127.0.0.1:8288". Apps use
// the server if INNGEST_DEV, or their SDK's API and event URLs, are set to it.
func (s *Server) URL() string { return s.url }

// Joined reports whether the server has joined another one ([Config.Join]). It
// turns false when the other server ends and this one takes its place.
func (s *Server) Joined() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.http == nil
}

// Done returns a channel that is closed when the server has stopped.
func (s *Server) Done() <-chan struct{} { return s.done }

// Close stops the server at once and cancels calls in flight. A server that it
// has joined keeps running. Close may be called more than once; it returns the
// same error each time.
func (s *Server) Close() error {
	s.once.Do(func() {
		defer close(s.done)
		s.stop()
		if s.runs() {
			s.syncs.close()
			s.err = errors.Join(s.http.Close(), s.engine.Close())
			if s.store != nil {
				s.err = errors.Join(s.err, s.store.Close())
			}
			defer s.calls.CloseIdleConnections()
			defer s.gateway.CloseIdleConnections()
		}
		s.workers.Wait()
	})
	<-s.done
	return s.err
}

// runs reports whether the server runs here, and keeps it from starting later.
func (s *Server) runs() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return s.http != nil
}

// Shutdown stops the server gracefully. It starts no new calls, waits for those
// in flight until ctx ends, and then closes. If ctx ends first, the calls are
// cancelled and the error wraps that of ctx.
func (s *Server) Shutdown(ctx context.Context) error {
	s.end()
	if !s.runs() {
		return s.Close()
	}
	return errors.Join(s.engine.Shutdown(ctx), s.drain(ctx), s.Close())
}

// drainTimeout is how long a server that stops waits for requests in progress.
// Their clients could hold them up forever.
const drainTimeout = 500 * time.Millisecond

// drain waits for requests in progress.
func (s *Server) drain(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, drainTimeout, errDrained)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if err != nil && errors.Is(context.Cause(ctx), errDrained) {
		s.log.Debug("requests in progress were cut off")
		return nil
	}
	return err
}

var errDrained = errors.New("the time for requests in progress is over")
