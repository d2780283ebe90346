// Package serve runs an example: it starts the app and an embedded dev server, and
// stops both in order. It uses the dev server that INNGEST_DEV names, or that another
// example runs, if there is one.
package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/devserver"
	"github.com/inngestkit/inngestkit/examples/internal/shop"
)

const (
	webhookPath  = "/api/inngest"
	stopTimeout  = 30 * time.Second
	readTimeout  = 10 * time.Second
	syncInterval = time.Second
)

// Main serves the shop with the given routes until SIGINT or SIGTERM, and then ends
// the process.
func Main(framework string, routes func(*inngestkit.App) http.Handler) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Stdout, framework, routes)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, framework string, routes func(*inngestkit.App) http.Handler) (err error) {
	lis, err := listen(ctx, "PORT", "8080")
	if err != nil {
		return err
	}
	defer func() { _ = lis.Close() }() // the server has closed it, unless it never ran
	origin := "http://" + lis.Addr().String()
	dev, err := devServer(origin + webhookPath)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dev.stop()) }()
	app, err := shop.New("shop-"+strings.ReplaceAll(strings.ToLower(framework), "/", "-"), dev.url)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: routes(app), ReadHeaderTimeout: readTimeout}
	served := make(chan error, 1)
	go func() { served <- server.Serve(lis) }()
	defer func() { err = errors.Join(err, shutDown(app, server)) }()

	synced := syncApp(ctx, app, origin+webhookPath)
	defer synced.Wait()
	announce(out, framework, origin, dev)
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		return nil
	}
}

// shutDown waits for running calls to end. The dev server must still run, to receive
// their results.
func shutDown(app *inngestkit.App, server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return errors.Join(app.Shutdown(ctx), server.Shutdown(ctx))
}

// inngest is the dev server in use.
type inngest struct {
	url    string
	joined bool // another program runs it
	stop   func() error
}

// devServer starts a dev server that syncs the app at the webhook, or joins the one
// that another example runs. If INNGEST_DEV names a server, it uses that.
func devServer(webhook string) (inngest, error) {
	if url := os.Getenv("INNGEST_DEV"); strings.Contains(url, "://") {
		return inngest{url: url, stop: func() error { return nil }}, nil
	}
	dev, err := devserver.Start(context.Background(), devserver.Config{
		Addr: "127.0.0.1:" + env("DEV_PORT", "8288"), Join: true, Apps: []string{webhook},
	})
	if err != nil {
		return inngest{}, fmt.Errorf("%w\nset DEV_PORT to a free port, or INNGEST_DEV to the URL of the Inngest dev server that runs already", err)
	}
	return inngest{url: dev.URL(), joined: dev.Joined(), stop: dev.Close}, nil
}

// syncApp registers the app with the Inngest server. If the server is not up, syncApp
// tries again in the background, and the shop opens without it.
func syncApp(ctx context.Context, app *inngestkit.App, webhook string) *sync.WaitGroup {
	var done sync.WaitGroup
	err := app.Sync(ctx, webhook)
	if err == nil {
		return &done
	}
	slog.Warn("the app is not synced yet", "error", err)
	done.Go(func() {
		retry := time.NewTicker(syncInterval)
		defer retry.Stop()
		for err != nil {
			select {
			case <-retry.C:
				err = app.Sync(ctx, webhook)
			case <-ctx.Done():
				return
			}
		}
		slog.Info("the app is synced")
	})
	return &done
}

func listen(ctx context.Context, variable, port string) (net.Listener, error) {
	var lc net.ListenConfig
	lis, err := lc.Listen(ctx, "tcp", "127.0.0.1:"+env(variable, port))
	if err != nil {
		return nil, fmt.Errorf("%w\nset %s to a free port", err, variable)
	}
	return lis, nil
}

func env(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

func announce(out io.Writer, framework, origin string, dev inngest) {
	var note string
	if dev.joined {
		note = "\n  which another program runs; its apps get these events too. It is replaced when that ends.\n"
	}
	fmt.Fprintf(out, `
  shop on %-9s %s
  Inngest dev server %s
%s
Try:

  curl -i %s/users -H 'Content-Type: application/json' \
    -d '{"email":"ada@example.com","name":"Ada","registrationSource":"web"}'

  curl -i %s/orders -H 'Content-Type: application/json' \
    -d '{"userId":"u1","items":[{"productId":"book","quantity":1,"price":20}],"total":20,"currency":"EUR"}'

and with an id from the answer:

  curl %s/v1/events/ID/runs

`, framework, origin, dev.url, note, origin, origin, dev.url)
}
