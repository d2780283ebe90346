package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/inngestkit/inngestkit/devserver"
	"github.com/inngestkit/inngestkit/internal/doctor"
)

// defaultDir is the folder of --persist, below the working directory.
const defaultDir = ".inngestkit"

// stopTimeout is how long calls in flight may take after the server is asked to
// stop.
const stopTimeout = 10 * time.Second

var devCommand = command{
	name:    "dev",
	args:    "[flags]",
	summary: "run a dev server",
	help: `Run a dev server: it takes events, runs the functions of your apps, and shows
their runs on a web page. It is for development and tests, and holds everything
in memory unless --persist is given.

If the port is taken, the command says which program uses it, and exits. With
--join it shares an inngestkit dev server that already runs there: that server
syncs the apps, and this command takes its place when it ends.

Example: inngestkit dev -u http://127.0.0.1:8080/api/inngest

Start the apps with INNGEST_DEV=1, or with --signing-key as the command prints.
Ctrl-C stops the server when the calls in flight have ended; a second one stops
it at once. INNGEST_PORT, INNGEST_HOST, INNGEST_SDK_URL (with commas),
INNGEST_NO_DISCOVERY, INNGEST_NO_POLL and INNGEST_POLL_INTERVAL set the flags of
those names.`,
	exits:  "0 stopped as asked, 1 it could not run or was stopped at once, 2 wrong flags.",
	define: defineDev,
}

// devFlags are the flags of dev.
type devFlags struct {
	logFlags

	apps, shown          []string // URLs; shown are without passwords
	host, port           string
	pollInterval         time.Duration
	noDiscovery, noPoll  bool
	noUI, persist        bool
	dir                  string
	signingKey, eventKey string
	join                 bool
}

func defineDev(con console, f *flags) action {
	d := &devFlags{host: "127.0.0.1", port: "8288"}
	f.takes("sdk-url,u", "URL", "an app's endpoint to sync; repeat it for more apps", func(s string) error {
		u, err := doctor.ParseURL(s)
		if err == nil {
			d.apps, d.shown = append(d.apps, s), append(d.shown, u.Redacted())
		}
		return err
	})
	f.takes("port,p", "PORT", "the port to listen on, 0 for any (default 8288)", d.setPort)
	f.takes("host", "HOST", "the address to listen on; in a container 0.0.0.0, which lets others in (default 127.0.0.1)", d.setHost)
	f.has(&d.join, "join", "share the inngestkit dev server that uses the port, if there is one")
	f.has(&d.noDiscovery, "no-discovery", "do not look for apps at the common ports and paths of this machine")
	f.has(&d.noPoll, "no-poll", "do not ask apps for changes once they have synced")
	f.takes("poll-interval", "SECONDS", "how often to ask (default 5)", d.setPollInterval)
	f.has(&d.noUI, "no-ui", "serve no web page")
	f.has(&d.persist, "persist", "store apps, events and runs, so that a restart continues with them")
	f.text(&d.dir, "dir", "DIR", "the folder to store them in; implies --persist (default "+defaultDir+")")
	f.text(&d.signingKey, "signing-key", "KEY", "sign requests and require signed syncs, to rehearse cloud mode")
	f.text(&d.eventKey, "event-key", "KEY", "the only key with which events are accepted (default any)")
	d.define(f)
	wrong := f.fromEnvironment(con.getenv, "sdk-url", "port", "host", "no-discovery", "no-poll", "poll-interval")
	return func(ctx context.Context, args []string) error {
		switch {
		case wrong != nil:
			return wrong
		case len(args) > 0:
			return usageError{fmt.Errorf("unexpected argument %q; an app's endpoint is given as -u URL", args[0])}
		}
		err := d.run(ctx, con)
		if err != nil && d.json {
			d.logger(con.err).Error("the dev server could not run", "error", err)
			return errSaid
		}
		return err
	}
}

func (d *devFlags) setHost(s string) error {
	if s == "" {
		return errors.New("a host is an address of this machine, or 0.0.0.0 for all of them")
	}
	d.host = s
	return nil
}

func (d *devFlags) setPort(s string) error {
	if _, err := strconv.ParseUint(s, 10, 16); err != nil {
		return errors.New("a port is a number from 0 to 65535")
	}
	d.port = s
	return nil
}

func (d *devFlags) setPollInterval(s string) error {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n == 0 {
		return errors.New("it is a number of seconds, 1 or more")
	}
	d.pollInterval = time.Duration(n) * time.Second
	return nil
}

func (d *devFlags) config(con console) devserver.Config {
	ip := net.ParseIP(d.host)
	here := d.host == "localhost" || ip != nil && ip.IsLoopback()
	cfg := devserver.Config{
		Addr: net.JoinHostPort(d.host, d.port), AllowRemote: !here, Join: d.join,
		Apps: d.apps, Discover: !d.noDiscovery, PollInterval: d.pollInterval, NoUI: d.noUI,
		SigningKey: d.signingKey, EventKey: d.eventKey, Logger: d.logger(con.err),
	}
	if d.noPoll {
		cfg.PollInterval = -1
	}
	if cfg.DataDir = d.dir; d.persist && d.dir == "" {
		cfg.DataDir = defaultDir
	}
	return cfg
}

func (d *devFlags) run(ctx context.Context, con console) error {
	cfg := d.config(con)
	server, err := devserver.Start(context.WithoutCancel(ctx), cfg)
	var unknown *net.DNSError
	var taken *devserver.AddrInUseError
	switch {
	case errors.As(err, &taken):
		return portTaken(taken)
	case errors.Is(err, syscall.EADDRNOTAVAIL), errors.As(err, &unknown):
		return fmt.Errorf("%w: --host takes an address of this machine", err)
	case err != nil:
		return err
	}
	if !d.json {
		d.announce(con, server)
	}
	<-ctx.Done()
	cfg.Logger.Info("stopping when the calls in flight have ended", "timeout", stopTimeout.String())
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	err = server.Shutdown(stop)
	if errors.Is(err, context.DeadlineExceeded) {
		cfg.Logger.Warn("calls in flight were cut off", "error", err)
		return nil
	}
	return err
}

// portTaken says who uses the port, in the words of the command's flags.
func portTaken(taken *devserver.AddrInUseError) error {
	fix := "stop it"
	if taken.Joinable {
		fix = "share it with --join"
	}
	return fmt.Errorf("%s is taken by %s: %s, or listen on another port with --port", taken.Addr, taken.Owner, fix)
}

func (d *devFlags) announce(con console, server *devserver.Server) {
	what := "dev server"
	if server.Joined() {
		what = "joined the dev server at"
	}
	apps := strings.Join(d.shown, "\n             ")
	switch {
	case !d.noDiscovery:
		apps = strings.TrimPrefix(apps+"\n             and apps at the usual ports", "\n             and ")
	case apps == "":
		apps = "those that sync themselves; add others with -u URL"
	}
	fmt.Fprintf(con.out, "\n  %s %s\n  apps       %s\n\n%s\n\n", what, server.URL(), apps, d.start(server.URL()))
}

// start says how to start an app that works with the server.
func (d *devFlags) start(url string) string {
	if d.signingKey == "" {
		return "Start apps with INNGEST_DEV=" + url
	}
	return "Start apps in cloud mode, without INNGEST_DEV:\n\n" +
		"  INNGEST_SIGNING_KEY  the key of --signing-key\n" +
		"  INNGEST_EVENT_KEY    " + cmp.Or(map[bool]string{true: "the key of --event-key"}[d.eventKey != ""], "any key") + "\n" +
		"  INNGEST_BASE_URL     " + url
}
