package devserver

import (
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/inngestkit/inngestkit/internal/doctor"
	"github.com/inngestkit/inngestkit/internal/signature"
)

// DefaultAddr is the address at which SDKs expect a dev server.
const DefaultAddr = "127.0.0.1:8288"

// DefaultPollInterval is the default of [Config.PollInterval]. The official dev
// server polls at the same interval.
const DefaultPollInterval = 5 * time.Second

// Config configures [Start]. With the zero value the server listens at
// [DefaultAddr], holds everything in memory, and waits for apps to sync
// themselves.
type Config struct {
	// Addr is the host and port to listen on. Port 0 picks a free port, which
	// [Server.URL] shows. Defaults to [DefaultAddr].
	Addr string
	// AllowRemote permits an Addr that other machines can reach, and requests
	// under any host name. Everyone who can reach the server can then run your
	// functions. Set it in a container, and publish the port to loopback only.
	// Defaults to false: such an Addr is an error.
	AllowRemote bool
	// Join makes [Start] join a server of this package that already listens at
	// Addr, so that several programs share one server. Set it in programs that
	// run side by side, or that restart before the previous process has ended.
	// A server with another SigningKey is not joined. Defaults to false: an
	// address that is taken is an [*AddrInUseError].
	Join bool
	// Apps are the URLs of apps to sync, such as
	// "http://127.0.0.1:8080/api/inngest". The server asks each app to sync
	// until it does. Other apps can sync themselves. Defaults to none.
	Apps []string
	// PollInterval is the time between two syncs of an app, by which the server
	// notices changed functions. If it is negative, an app that has synced is
	// not asked again. Defaults to [DefaultPollInterval].
	PollInterval time.Duration
	// Discover makes the server look for apps on this machine, at common ports
	// and paths, and sync them. Defaults to false.
	Discover bool
	// NoUI turns the web page off. Defaults to false.
	NoUI bool
	// DataDir is the folder in which the server stores apps, events and runs. It
	// is created if it does not exist. A server that starts with the same
	// folder continues where the previous one stopped or was killed. Only one
	// server at a time can use a folder. Defaults to none: everything is in
	// memory, and is lost when the server ends.
	DataDir string
	// SigningKey makes the server behave as Inngest Cloud does, to rehearse an
	// app in cloud mode: calls and syncs are signed, and apps that register, and
	// the HTTP API, must present the key as a bearer token. Its form is "signkey-test-" followed by an
	// even number of hexadecimal digits. Defaults to none.
	SigningKey string
	// EventKey is the only event key with which events are accepted. Defaults
	// to none: every key is accepted.
	EventKey string
	// RetryBackoff returns how long to wait before a retry; the first retry is
	// 1. It must be safe for concurrent use. Defaults to Inngest's waits, from
	// ten seconds up to two hours.
	RetryBackoff func(retry int) time.Duration
	// Logger receives the server's log. Defaults to [slog.Default].
	Logger *slog.Logger

	ports    []int         // replaces commonPorts in tests
	patience time.Duration // replaces syncPatience in tests

	bodyTimeout time.Duration // replaces the constant in tests
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

// check refuses an address that other machines can reach, unless AllowRemote is
// set, and keys and URLs that are not valid.
func (c Config) check() error {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return fmt.Errorf("devserver: Addr %q must be host:port, such as %q: %w", c.Addr, DefaultAddr, err)
	}
	if !c.AllowRemote && !doctor.Loopback(host) {
		return fmt.Errorf("devserver: Addr %q can be reached from other machines; use a loopback host such as 127.0.0.1, or set AllowRemote if that is intended", c.Addr)
	}
	if c.SigningKey != "" {
		if _, err := signature.HashKey(c.SigningKey); err != nil {
			return fmt.Errorf("devserver: SigningKey: %w, such as signkey-test-0123456789abcdef", err)
		}
	}
	for _, app := range c.Apps {
		if _, err := doctor.ParseURL(app); err != nil {
			return fmt.Errorf("devserver: Apps: %w", err)
		}
	}
	return nil
}
