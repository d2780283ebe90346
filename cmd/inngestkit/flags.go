package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// flags are a command's flags, in the order of its help.
type flags struct {
	set   *flag.FlagSet
	rows  []flagRow
	wrong error // about the latest value, without quoting it: it may be a password
}

type flagRow struct {
	name, short string
	value       string // the value's placeholder, empty for a switch
	usage       string
}

func newFlags() *flags {
	f := &flags{set: flag.NewFlagSet("", flag.ContinueOnError)}
	f.set.SetOutput(io.Discard)
	return f
}

// takes declares a flag with a value. Its names are "long" or "long,s".
func (f *flags) takes(names, value, usage string, set func(string) error) {
	f.declare(f.set.Func, f.row(names, value, usage), set)
}

// declare adds a flag by its names, and records errors about its value.
func (f *flags) declare(add func(name, usage string, set func(string) error), row flagRow, set func(string) error) {
	take := func(s string) error {
		err := set(s)
		if err != nil {
			f.wrong = fmt.Errorf("--%s: %w", row.name, err)
		}
		return err
	}
	add(row.name, row.usage, take)
	if row.short != "" {
		add(row.short, row.usage, take)
	}
}

// text declares a flag whose value is used unchanged.
func (f *flags) text(p *string, names, value, usage string) {
	f.takes(names, value, usage, func(s string) error {
		*p = s
		return nil
	})
}

// has declares a switch.
func (f *flags) has(p *bool, names, usage string) {
	f.declare(f.set.BoolFunc, f.row(names, "", usage), func(s string) (err error) {
		if *p, err = strconv.ParseBool(s); err != nil {
			return errors.New("it is true or false")
		}
		return nil
	})
}

func (f *flags) row(names, value, usage string) flagRow {
	name, short, _ := strings.Cut(names, ",")
	r := flagRow{name: name, short: short, value: value, usage: usage}
	f.rows = append(f.rows, r)
	return r
}

// left returns the left column of the help.
func (r flagRow) left() string {
	s := "    --" + r.name
	if r.short != "" {
		s = "-" + r.short + ", --" + r.name
	}
	if r.value != "" {
		s += " " + r.value
	}
	return s
}

// parse parses flags before, between and after the other arguments, and returns
// the other arguments.
func (f *flags) parse(args []string) (positional []string, err error) {
	f.wrong = nil
	for {
		if err := f.set.Parse(args); err != nil {
			return nil, f.explain(err)
		}
		rest := f.set.Args()
		if len(rest) == 0 {
			return positional, nil
		}
		if ended := len(args) - len(rest); ended > 0 && args[ended-1] == "--" {
			return append(positional, rest...), nil
		}
		positional, args = append(positional, rest[0]), rest[1:]
	}
}

// explain turns an error of package flag into a usage error. For an unknown flag
// it suggests a similar one.
func (f *flags) explain(err error) error {
	if f.wrong != nil {
		return usageError{f.wrong}
	}
	unknown, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if errors.Is(err, flag.ErrHelp) || !ok {
		return usageError{err}
	}
	var names []string
	for _, r := range f.rows {
		names = append(names, r.name)
	}
	dashes := "--"
	if len(unknown) == 1 {
		dashes = "-"
	}
	return usageError{fmt.Errorf("there is no flag %s%s%s", dashes, unknown, suggestion(unknown, names, "--"))}
}

// fromEnvironment sets the flags of the given names from the variables
// INNGEST_<NAME>. It must be called before the arguments are parsed.
func (f *flags) fromEnvironment(getenv func(string) string, names ...string) error {
	for _, name := range names {
		variable := "INNGEST_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		value := getenv(variable)
		if value == "" {
			continue
		}
		for part := range strings.SplitSeq(value, ",") {
			if err := f.set.Set(name, part); err != nil {
				return usageError{fmt.Errorf("%s: %w", variable, err)}
			}
		}
	}
	return nil
}
