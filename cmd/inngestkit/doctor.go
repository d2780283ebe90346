package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/inngestkit/inngestkit/internal/doctor"
)

var doctorCommand = command{
	name:    "doctor",
	args:    "URL [flags]",
	summary: "find out why an app does not work with a server",
	help: `Examine an app's endpoint, and report the problems that keep an Inngest server
from working with it: the address, the mode, a key, a version, or middleware
that refuses the webhook, or another app of the same id. Nothing is started or
registered, and only the URL's host and the dev server are contacted. It takes
at most 20 seconds.

Example: inngestkit doctor http://127.0.0.1:8080/api/inngest`,
	exits:  "0 all is well, 1 something is wrong, 2 wrong arguments.",
	define: defineDoctor,
}

func defineDoctor(con console, f *flags) action {
	var asJSON bool
	o := doctor.Options{}
	f.text(&o.SigningKey, "signing-key", "KEY", "sign the requests, which an app in cloud mode requires; the key itself is not sent")
	f.text(&o.Server, "server", "URL", "the dev server that the app should work with (default "+doctor.DefaultServer+")")
	f.has(&asJSON, "json", "print the report in JSON")
	return func(ctx context.Context, args []string) (err error) {
		if len(args) != 1 {
			return usageError{fmt.Errorf("it takes the URL of one app's endpoint, and %d were given", len(args))}
		}
		if o.URL, err = doctor.ParseURL(args[0]); err != nil {
			return usageError{err}
		}
		if o.Server != "" {
			if err := checkServer("--server", o.Server); err != nil {
				return usageError{err}
			}
		}
		report := doctor.Examine(ctx, o)
		if asJSON {
			encoder := json.NewEncoder(con.out)
			encoder.SetIndent("", "  ")
			_ = encoder.Encode(report) // an error means that standard output is closed
		} else {
			fmt.Fprint(con.out, printable(text(report)))
		}
		if ctx.Err() != nil || len(report.Findings) > 0 {
			return errSaid
		}
		return nil
	}
}

func text(r doctor.Report) string {
	var b strings.Builder
	fmt.Fprintln(&b, r.URL)
	if r.App != nil {
		fmt.Fprintln(&b, describe(*r.App))
	}
	for i, f := range r.Findings {
		fmt.Fprintf(&b, "\n%d. %s\n   why      %s\n   fix      %s\n", i+1, f.What, f.Why, f.Fix)
	}
	if len(r.Findings) == 0 {
		fmt.Fprintln(&b, "ok: an Inngest server can work with it")
	}
	return b.String()
}

func describe(app doctor.App) string {
	parts := []string{strings.TrimSpace("app "+app.ID) + ": " + app.Mode + " mode", fmt.Sprintf("functions: %d", app.Functions)}
	if app.SDK != "" {
		parts = append(parts, "SDK "+app.SDK)
	}
	if app.Framework != "" {
		parts = append(parts, "in "+app.Framework)
	}
	return strings.Join(parts, ", ")
}
