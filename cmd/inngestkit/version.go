package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

var versionCommand = command{
	name:    "version",
	summary: "show the version",
	help:    "Show the version of inngestkit, and of the Go that built it.",
	define: func(con console, _ *flags) action {
		return func(context.Context, []string) error {
			fmt.Fprintf(con.out, "inngestkit %s %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		}
	},
}

// version returns the module's version, or Go's placeholder for a build from
// source.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
