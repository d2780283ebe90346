// Command inngestkit runs a dev server for Inngest apps, sends events to it,
// and finds out why an app and a server do not work together. See
// docs/cli.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"unicode"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailure = 1 // the command failed, or found a problem
	exitUsage   = 2 // the command line is wrong
)

func main() {
	log.SetOutput(io.Discard) // net/http logs there about odd peers, even with --json; its errors say the same
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50) // the app under development needs the memory more
	}
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		cancel()
		<-signals
		os.Exit(exitFailure) // not by default handling: a script's background processes ignore interrupts
	}()
	code := run(ctx, console{in: os.Stdin, out: os.Stdout, err: os.Stderr, getenv: os.Getenv}, os.Args[1:])
	cancel()
	os.Exit(code)
}

// console holds a command's input, outputs and environment.
type console struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
}

// command is one of the words after inngestkit.
type command struct {
	name    string
	args    string // in the usage line, after the name
	summary string // in the list of commands
	help    string // before the flags
	exits   string // after the flags
	// define declares the command's flags and returns its action.
	define func(console, *flags) action
}

// action runs a command with its arguments other than flags. A usageError is the
// user's mistake; errSaid means that the error has been printed already.
type action func(ctx context.Context, args []string) error

type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

var errSaid = errors.New("printed already")

func commands() []command {
	return []command{devCommand, sendCommand, appsCommand, doctorCommand, versionCommand}
}

// run runs a command and returns the exit code.
func run(ctx context.Context, con console, args []string) int {
	if len(args) == 0 {
		fmt.Fprint(con.err, overview())
		return exitUsage
	}
	name, rest := args[0], args[1:]
	switch name {
	case "help", "-h", "-help", "--help":
		if len(rest) == 0 {
			fmt.Fprint(con.out, overview())
			return exitOK
		}
		name, rest = rest[0], []string{"-h"}
	case "-v", "-version", "--version":
		name = versionCommand.name
	}
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == name })
	if i < 0 {
		names := []string{"help"}
		for _, c := range all {
			names = append(names, c.name)
		}
		fmt.Fprintf(con.err, "inngestkit: there is no command %q%s\nRun inngestkit help for the commands.\n", name, suggestion(name, names, ""))
		return exitUsage
	}
	return all[i].run(ctx, con, rest)
}

func (c command) run(ctx context.Context, con console, args []string) int {
	f := newFlags()
	do := c.define(con, f)
	positional, err := f.parse(args)
	if err == nil {
		err = do(ctx, positional)
	}
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(con.out, c.text(f))
		return exitOK
	case errors.Is(err, errSaid):
		return exitFailure
	case errors.As(err, &usage):
		fmt.Fprintf(con.err, "inngestkit %s: %v\nRun inngestkit %s -h for help.\n", c.name, err, c.name)
		return exitUsage
	}
	fmt.Fprintf(con.err, "inngestkit %s: %s\n", c.name, printable(err.Error()))
	return exitFailure
}

// printable keeps text from other programs from controlling the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
