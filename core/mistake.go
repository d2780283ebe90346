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

// Error says where, what was given, what is wrong and how to mend it.
func (e *ConfigError) Error() string {
	s := "inngestkit: " + e.Where
	if e.Given != "" {
		s += " is " + e.Given
	}
	return s + ": " + e.Problem + "; " + e.Mend
}

// mistakes collects everything that is wrong, so that a user mends it at once.
type mistakes struct{ errs []error }

func (m *mistakes) add(where, given, problem, mend string, args ...any) {
	if given != "" {
		given = fmt.Sprintf("%.80q", given)
	}
	m.errs = append(m.errs, &ConfigError{
		Where: where, Given: given, Problem: problem, Mend: fmt.Sprintf(mend, args...),
	})
}

func (m *mistakes) addSecret(where, problem, mend string) {
	m.errs = append(m.errs, &ConfigError{Where: where, Problem: problem, Mend: mend})
}

func (m *mistakes) err() error { return errors.Join(m.errs...) }
