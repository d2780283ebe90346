package inngestkit

import (
	"errors"
	"fmt"
)

// ConfigError is one mistake in an app's set-up. New and Register return all
// of them joined; errors.As finds the first.
type ConfigError struct {
	// Where is the field, variable, function or event at fault.
	Where string
	// Given is what was found there, empty if that is a secret or nothing.
	Given string
	// Problem says what is wrong with it.
	Problem string
	// Mend says what to write instead.
	Mend string
}

// Error says all four on one line.
func (e *ConfigError) Error() string {
	s := "inngestkit: " + e.Where
	if e.Given != "" {
		s += " is " + e.Given
	}
	return s + ": " + e.Problem + "; " + e.Mend
}

// mistakes collects everything that is wrong, so that a user mends it at once.
type mistakes struct{ errs []error }

// add notes a mistake. An empty given is left out, as that of a secret must
// be; text is quoted and cut short.
func (m *mistakes) add(where string, given any, problem, mend string, args ...any) {
	text := ""
	switch v := given.(type) {
	case string:
		if v != "" {
			text = fmt.Sprintf("%.80q", v)
		}
	default:
		text = fmt.Sprint(v)
	}
	if len(args) > 0 {
		mend = fmt.Sprintf(mend, args...)
	}
	m.errs = append(m.errs, &ConfigError{Where: where, Given: text, Problem: problem, Mend: mend})
}

func (m *mistakes) addSecret(where, problem, mend string) { m.add(where, "", problem, mend) }

func (m *mistakes) err() error { return errors.Join(m.errs...) }

// unjoined are the errors that errors.Join has joined.
func unjoined(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

// unquoted is given text that is a description or Go, not what a user wrote.
type unquoted string
