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

// DefaultAddr is where SDKs look for a dev server.
const DefaultAddr = "127.0.0.1:8288"

// Config sets up a Server. The zero value is useful.
type Config struct {
	// Addr is the host and port to listen on; port 0 picks a free one.
	// Defaults to DefaultAddr.
	Addr string
	// AllowRemote permits an Addr that other machines can reach, and requests
	// by any host name. Whoever reaches the server can then run your functions.
	// Defaults to false.
	AllowRemote bool
	// Apps are the URLs of apps to sync, such as
	// "http://127.0.0.1:3000/api/inngest". Each is tried until it answers.
	// Apps may also sync themselves.
	Apps []string
	// PollInterval is how often each app is asked to sync again, so that what
	// changes in it changes here. Negative never asks an app that has synced.
	// Defaults to DefaultPollInterval.
	PollInterval time.Duration
	// Discover looks for apps on this machine, at the ports and paths at which
	// they usually are. Defaults to false.
	Discover bool
	ports    []int         // in place of commonPorts, for tests
	patience time.Duration // in place of syncPatience, for tests
	// NoUI leaves the web page out. Defaults to false.
	NoUI bool
	// Dir is a folder to keep apps, events and runs in, made if there is none:
	// a server that starts with it goes on where one has stopped, or was
	// killed. One server at a time can have it. Defaults to none: everything
	// is in memory.
	Dir string
	// SigningKey signs requests to apps, and is what the API asks for as a
	// bearer token. Defaults to none: nothing is signed or asked for.
	SigningKey string
	// EventKey is the only key events are accepted with. Defaults to any.
	EventKey string
	// RetryBackoff says how long to wait before the n-th retry, counted from
	// one. Defaults to ten seconds at first and two hours in the end; examples
	// and tests want less.
	RetryBackoff func(retry int) time.Duration
	// Logger defaults to slog.Default().
	Logger *slog.Logger
}

// Server is a dev server: one that runs here, or one that was joined. Its
// methods are safe for concurrent use.
type Server struct {
	cfg Config
	log *slog.Logger
	url string

	// These are nil until the server runs here.
	engine  *engine.Engine
	store   *store.Store    // nil without Dir
	calls   *http.Transport // to apps
	gateway *http.Transport // of the requests that steps have the server make
	http    *http.Server
	syncs   *syncer
	started time.Time

	ctx     context.Context // of the server's own goroutines
	stop    context.CancelFunc
	ending  context.Context // ends before ctx, when the server is asked to stop
	end     context.CancelFunc
	workers sync.WaitGroup
	mu      sync.Mutex // held while the server begins to run here, and when it is told to stop
	closed  bool
	once    sync.Once
	err     error
	done    chan struct{}
}

// Start starts a dev server and returns once it takes requests. It runs until
// Close, Shutdown or the end of ctx. An Addr that other machines can reach is
// an error unless AllowRemote is set, and so is a ctx that has ended.
//
// If a dev server of this package runs at Addr already, in this or another
// process, it is joined: URL is its URL, and it syncs Apps. Everything else of
// cfg has no effect while it runs (a warning says so of Dir, EventKey and
// NoUI), and Close leaves it running. When it ends, a server begins here, at
// the same address; it knows Apps and what is in Dir, and not what the other
// kept in memory. A server with another signing key, or one of another make, is
// not joined: that is an error.
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

func (c Config) withDefaults() Config {
	if c.Addr == "" {
		c.Addr = DefaultAddr
	}
	if c.PollInterval == 0 {
		c.PollInterval = DefaultPollInterval
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c
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
	other, err := s.join()
	switch {
	case errors.Is(err, errStopping):
		s.workers.Go(s.follow)
	case err != nil:
		return fmt.Errorf("devserver: %w; %w", taken, err)
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
	gateway.Proxy = http.ProxyFromEnvironment // apps are at hand, and others may not be
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
	s.log.Info("the dev server is ready", "url", s.url) // before what it says of its apps
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

// newEngine makes the engine, with what Dir has.
func (s *Server) newEngine(calls, gateway http.RoundTripper) (*engine.Engine, error) {
	cfg := engine.Config{Transport: calls, Gateway: gateway, Logger: s.log, SigningKey: s.cfg.SigningKey, RetryBackoff: s.cfg.RetryBackoff}
	if s.cfg.Dir == "" {
		return engine.New(cfg)
	}
	kept, err := store.Open(s.cfg.Dir)
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

// baseURL is where a server that listens at addr is reached from this machine.
func baseURL(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err != nil || host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// URL is the server's base URL, such as "http://127.0.0.1:8288". Set
// INNGEST_DEV to it, or an SDK's API and event URLs.
func (s *Server) URL() string { return s.url }

// Joined reports whether the server is one that was joined, and so runs
// elsewhere. It turns false when that one ends.
func (s *Server) Joined() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.http == nil
}

// Done is closed once the server has stopped.
func (s *Server) Done() <-chan struct{} { return s.done }

// Close stops the server at once; calls in flight are cancelled. A server that
// was joined runs on. It may be called more than once.
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

// runs reports whether the server runs here. If it does not, it never will.
func (s *Server) runs() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return s.http != nil
}

// Shutdown stops the server gracefully: it starts no new calls, and waits for
// those in flight until ctx ends. Then it closes.
func (s *Server) Shutdown(ctx context.Context) error {
	s.end()
	if !s.runs() {
		return s.Close()
	}
	return errors.Join(s.engine.Shutdown(ctx), s.http.Shutdown(ctx), s.Close())
}
