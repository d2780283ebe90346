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
	ports    []int // in place of commonPorts, for tests
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

// Server is a running dev server. Its methods are safe for concurrent use.
type Server struct {
	cfg      Config
	log      *slog.Logger
	engine   *engine.Engine
	calls    *http.Transport
	http     *http.Server
	listener net.Listener
	syncs    *syncer
	started  time.Time

	stop    context.CancelFunc // ends the server's own goroutines
	workers sync.WaitGroup
	once    sync.Once
	err     error
	done    chan struct{}
}

// Start starts a dev server and returns once it takes requests. It runs until
// Close, Shutdown or the end of ctx. An Addr that other machines can reach is
// an error unless AllowRemote is set.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Addr == "" {
		cfg.Addr = DefaultAddr
	}
	if cfg.PollInterval == 0 {
		cfg.PollInterval = DefaultPollInterval
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	calls := doctor.NewTransport()
	e, err := engine.New(engine.Config{
		Transport: calls, Logger: cfg.Logger, SigningKey: cfg.SigningKey, RetryBackoff: cfg.RetryBackoff,
	})
	if err != nil {
		return nil, fmt.Errorf("devserver: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		e.Close()
		return nil, fmt.Errorf("devserver: %w; another server may be running: set Addr to another port", err)
	}
	s := &Server{
		cfg: cfg, log: cfg.Logger, engine: e, calls: calls, listener: listener,
		started: time.Now(), done: make(chan struct{}),
	}
	s.run(ctx)
	return s, nil
}

// run starts the server's goroutines; all of them end with s.stop.
func (s *Server) run(ctx context.Context) {
	ctx, s.stop = context.WithCancel(ctx)
	s.http = &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	s.workers.Go(func() {
		if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("the dev server stopped", "error", err)
		}
	})
	s.syncs = s.newSyncer(ctx)
	for _, app := range s.cfg.Apps {
		s.syncs.add(app, fromConfig)
	}
	s.workers.Go(s.syncs.run)
	context.AfterFunc(ctx, func() { _ = s.Close() })
	s.log.Info("the dev server is ready", "url", s.URL())
}

// URL is the server's base URL, such as "http://127.0.0.1:8288". Set
// INNGEST_DEV to it, or an SDK's API and event URLs.
func (s *Server) URL() string {
	host, port, err := net.SplitHostPort(s.listener.Addr().String())
	if ip := net.ParseIP(host); err != nil || ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// Done is closed once the server has stopped.
func (s *Server) Done() <-chan struct{} { return s.done }

// Close stops the server at once; calls in flight are cancelled. It may be
// called more than once.
func (s *Server) Close() error {
	s.once.Do(func() {
		defer close(s.done)
		s.stop()
		s.syncs.close()
		s.err = errors.Join(s.http.Close(), s.engine.Close())
		s.workers.Wait()
		s.calls.CloseIdleConnections()
	})
	<-s.done
	return s.err
}

// Shutdown stops the server gracefully: it starts no new calls, and waits for
// those in flight until ctx ends. Then it closes.
func (s *Server) Shutdown(ctx context.Context) error {
	return errors.Join(s.engine.Shutdown(ctx), s.http.Shutdown(ctx), s.Close())
}
