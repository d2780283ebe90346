package main

import (
	"errors"
	"io"
	"log/slog"
	"time"
)

// logFlags are the flags of a command that logs.
type logFlags struct {
	json, verbose bool
	level         slog.Level
}

// levelTrace is below debug, as in the official dev server.
const levelTrace = slog.LevelDebug - 4

var levels = map[string]slog.Level{
	"trace": levelTrace, "debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
}

func (l *logFlags) define(f *flags) {
	f.has(&l.json, "json", "log in JSON, and print nothing else")
	f.takes("log-level,l", "LEVEL", "trace, debug, info, warn or error (default info)", func(s string) error {
		level, ok := levels[s]
		if !ok {
			return errors.New("a level is trace, debug, info, warn or error")
		}
		l.level = level
		return nil
	})
	f.has(&l.verbose, "verbose", "the same as --log-level debug")
}

func (l *logFlags) logger(w io.Writer) *slog.Logger {
	level := l.level
	if l.verbose {
		level = min(level, slog.LevelDebug)
	}
	if l.json {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: shortTime}))
}

// shortTime removes the date: the reader is watching the log.
func shortTime(groups []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey && len(groups) == 0 {
		a.Value = slog.StringValue(a.Value.Time().Format(time.TimeOnly))
	}
	return a
}
