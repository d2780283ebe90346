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
