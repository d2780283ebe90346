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
	exitFailure = 1 // it could not be done, or something is wrong
	exitUsage   = 2 // it was not asked for in a way that can be understood
)

func main() {
	log.SetOutput(io.Discard) // net/http would write there what it makes of odd peers, in --json too; errors tell
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50) // what is developed needs the memory more than a server beside it
	}
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		cancel()
		<-signals
		os.Exit(exitFailure) // by itself: a script's background processes ignore interrupts by default
	}()
	code := run(ctx, console{in: os.Stdin, out: os.Stdout, err: os.Stderr, getenv: os.Getenv}, os.Args[1:])
	cancel()
	os.Exit(code)
}

// console is what a command talks to.
type console struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
}

// command is one of the words after inngestkit.
type command struct {
	name    string
	args    string // in the line on usage, after the name
	summary string // in the list of commands
	help    string // before the flags
	exits   string // after them
	// define declares the command's flags and returns what runs it with the
	// arguments that are no flags.
	define func(console, *flags) action
}

// action does what a command is for. A usageError is one of its user's, and
// errSaid has been told already.
type action func(ctx context.Context, args []string) error

type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

var errSaid = errors.New("it has been said")

func commands() []command { return []command{devCommand, sendCommand, doctorCommand, versionCommand} }

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

// printable keeps what others wrote from steering the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
