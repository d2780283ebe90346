package engine

import (
	"bufio"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Config configures an Engine. The zero value is useful.
type Config struct {
	// Clock tells the time. Defaults to RealClock.
	Clock Clock
	// Transport sends requests to apps. It must be safe for concurrent use.
	// Defaults to http.DefaultTransport; InProcess needs no network.
	Transport http.RoundTripper
	// Gateway sends the requests that steps ask the server to make. They go to
	// any host, with the keys that the steps name. It must be safe for concurrent
	// use. Defaults to nil: runs with such steps fail.
	Gateway http.RoundTripper
	// Logger defaults to one that discards.
	Logger *slog.Logger
	// SigningKey signs requests to apps. Defaults to empty: the engine signs
	// nothing.
	SigningKey string
	// Workers is the number of calls that may be in flight at once. With one
	// worker, everything happens in one order. Defaults to 100.
	Workers int
	// CallTimeout bounds one call, or one request through the gateway, in real
	// time. Defaults to wire.MaxCallDuration.
	CallTimeout time.Duration
	// RetryBackoff returns the delay before the n-th retry, counted from one.
	// Defaults to DefaultBackoff.
	RetryBackoff func(retry int) time.Duration
	// SendBytes bounds the events and steps that a call carries, in bytes; the
	// app fetches larger ones from the API (SDK specification 4.4.2). Defaults
	// to wire.MaxCallBytes.
	SendBytes int
	// Keep is the number of finished runs, and of events, that the engine
	// remembers. It forgets the oldest first, but never a run that has not ended,
	// nor its events. Defaults to 10,000 of each.
	Keep int
	// KeepBytes bounds the same by the size of the runs' results, and of the
	// events, in bytes. Defaults to 256 MiB of each.
	KeepBytes int
	// Entropy supplies the random part of ids. The engine reads it with its lock
	// held. Defaults to crypto/rand.
	Entropy io.Reader
	// LetLastStepEnd allows one more call of a run that has wire.MaxSteps steps,
	// so that it can end. The documented limit allows that call; the official
	// server fails the run instead. Defaults to false.
	LetLastStepEnd bool
	// Store keeps the engine's state, so that another engine can continue after
	// this one has stopped or was killed. Defaults to nil: all state is in memory.
	Store Store
	// Hooks let a test kit take part. Defaults to none.
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
