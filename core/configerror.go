package inngestkit

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/inngestkit/inngestkit/core/internal/mistake"
	"github.com/inngestkit/inngestkit/internal/sdk"
)

// ConfigError is one mistake in an app's set-up. [New] and [App.Register]
// return all of them joined; errors.As finds the first.
type ConfigError struct {
	// Where is the field, variable, function or event at fault.
	Where string
	// Given is the value found there, empty if that is a secret or nothing.
	Given string
	// Problem says why the value is wrong.
	Problem string
	// Fix says what to write instead.
	Fix string
}

// Error returns all four on one line.
func (e *ConfigError) Error() string {
	s := "inngestkit: " + e.Where
	if e.Given != "" {
		s += " is " + e.Given
	}
	return s + ": " + e.Problem + "; " + e.Fix
}

// configErrors joins mistakes, or returns nil if there are none.
func configErrors(l *mistake.List) error {
	errs := make([]error, len(l.All))
	for i := range l.All {
		errs[i] = (*ConfigError)(&l.All[i])
	}
	return errors.Join(errs...)
}

// trySDK finds the differences between the SDK in use and the tested one.
var trySDK = sdk.Trial

// checkSDK adds a mistake if the SDK in use behaves otherwise than the tested
// one, or only warns of it.
func checkSDK(l *mistake.List, allowed bool, logger *slog.Logger) {
	const pin = "pin the tested version: go get " + sdk.Module + "@v" + sdk.Tested
	found := trySDK()
	if len(found) == 0 {
		if v := sdk.Version(); v != sdk.Tested {
			logger.Warn("inngestkit was not tested with this version of inngestgo", "version", v, "tested", sdk.Tested)
		}
		return
	}
	said := make([]string, len(found))
	for i, d := range found {
		said[i] = d.String()
	}
	m := mistake.Mistake{
		Where:   sdk.Module + " v" + sdk.Version(),
		Problem: fmt.Sprintf("it behaves otherwise than v%s, on which no finished step is lost: %s", sdk.Tested, strings.Join(said, "; ")),
		Fix:     pin + ", or set Config.AllowUntestedSDK to try this one",
	}
	if !allowed {
		l.All = append(l.All, m)
		return
	}
	m.Fix = pin
	logger.Warn((*ConfigError)(&m).Error())
}
