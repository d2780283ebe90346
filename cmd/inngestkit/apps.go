package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/inngestkit/inngestkit/internal/doctor"
)

const appsTimeout = 10 * time.Second

var appsCommand = command{
	name:    "apps",
	args:    "[rm ID] [flags]",
	summary: "list or remove the apps of a dev server",
	help: `List the apps of an inngestkit dev server, with their problems, or remove an app
by its id or URL. A removed app goes with its functions and schedules; its runs
continue. It comes back when it syncs itself.

Examples:
  inngestkit apps
  inngestkit apps rm shop
  inngestkit apps rm http://127.0.0.1:8080/api/inngest`,
	exits:  "0 done, 1 it could not be done, 2 wrong arguments.",
	define: defineApps,
}

// appsRequest is a request to a dev server about its apps.
type appsRequest struct {
	server, key string
	json        bool
}

func defineApps(con console, f *flags) action {
	r := &appsRequest{server: serverFromEnvironment(con)}
	f.text(&r.server, "url", "URL", "the dev server (default INNGEST_DEV if it is a URL, or "+doctor.DefaultServer+")")
	f.text(&r.key, "signing-key", "KEY", "the dev server's signing key, if it has one")
	f.has(&r.json, "json", "print the list in JSON")
	return func(ctx context.Context, args []string) error {
		if err := checkServer("--url", r.server); err != nil {
			return usageError{err}
		}
		var apps []doctor.ServerApp
		var err error
		switch {
		case len(args) == 0:
			apps, err = r.send(ctx, http.MethodGet, "/dev/apps")
		case args[0] != "rm":
			return usageError{fmt.Errorf("unexpected argument %q; the only action is rm", args[0])}
		case len(args) != 2 || args[1] == "":
			return usageError{errors.New("rm takes the id or URL of one app")}
		default:
			apps, err = r.send(ctx, http.MethodDelete, "/dev/apps/"+url.PathEscape(args[1]))
		}
		if err != nil {
			return err
		}
		if r.json {
			encoder := json.NewEncoder(con.out)
			encoder.SetIndent("", "  ")
			return encoder.Encode(apps)
		}
		fmt.Fprint(con.out, printable(listOf(apps)))
		return nil
	}
}

// serverFromEnvironment returns the server that INNGEST_DEV names, or the
// default one.
func serverFromEnvironment(con console) string {
	if dev := con.getenv("INNGEST_DEV"); strings.Contains(dev, "://") {
		return dev
	}
	return doctor.DefaultServer
}

// send sends a request, and returns the apps in its answer.
func (r *appsRequest) send(ctx context.Context, method, path string) ([]doctor.ServerApp, error) {
	ctx, cancel := context.WithTimeout(ctx, appsTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(r.server, "/")+path, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("the request cannot be made: %w", err)
	}
	if r.key != "" {
		req.Header.Set("Authorization", "Bearer "+r.key)
	}
	res, err := http.DefaultClient.Do(req)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return nil, fmt.Errorf("no server listens at %s; start one with inngestkit dev, or name another with --url", r.server)
	case err != nil:
		return nil, fmt.Errorf("the server at %s cannot be reached: %w", r.server, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 16<<20))
	if err != nil {
		return nil, fmt.Errorf("the answer of the server at %s cannot be read: %w", r.server, err)
	}
	var refused struct {
		Error string `json:"error"`
	}
	var apps []doctor.ServerApp
	switch {
	case res.StatusCode == http.StatusOK && json.Unmarshal(body, &apps) == nil:
		return apps, nil
	case json.Unmarshal(body, &refused) == nil && refused.Error != "":
		return nil, errors.New(refused.Error)
	}
	return nil, fmt.Errorf("the program at %s (status %d) is not an inngestkit dev server; name one with --url", r.server, res.StatusCode)
}

// listOf returns a list of apps for a person.
func listOf(apps []doctor.ServerApp) string {
	if len(apps) == 0 {
		return "no apps\n"
	}
	var b strings.Builder
	for _, app := range apps {
		state := "synced"
		if !app.Synced() {
			state = "not synced"
		}
		fmt.Fprintf(&b, "%s %s: %s\n", strings.TrimSpace(app.App+" at"), app.URL, state)
		if f := app.Reason; f != nil {
			fmt.Fprintf(&b, "   problem  %s\n   why      %s\n   fix      %s\n", f.What, f.Why, f.Fix)
		}
	}
	return b.String()
}
