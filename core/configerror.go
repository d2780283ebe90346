package inngestkit

import (
	"errors"
	"fmt"

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
// one, or a warning if that is allowed.
func checkSDK(mistakes, warnings *mistake.List, allowed bool) {
	const pin = "pin the tested version: go get " + sdk.Module + "@v" + sdk.Tested
	found := trySDK()
	where := sdk.Module + " v" + sdk.Version()
	switch {
	case len(found) == 0 && sdk.Version() == sdk.Tested:
	case len(found) == 0:
		warnings.Add(where, "", "it was not tested with this package, though it passes all trial calls", pin)
	default:
		problem := fmt.Sprintf("it behaves otherwise than v%s, on which no finished step is lost: %s", sdk.Tested, found[0])
		if more := len(found) - 1; more > 0 {
			problem += fmt.Sprintf(" (and %d more)", more)
		}
		fix := pin
		if replaced := sdk.Replaced(); replaced != "" {
			where, fix = where+" replaced by "+replaced, "drop the replace directive, and "+pin
		}
		if allowed {
			warnings.Add(where, "", problem, fix)
			return
		}
		mistakes.Add(where, "", problem, fix+"; or set Config.AllowUntestedSDK to try this one")
	}
}
