// Package mistake collects the mistakes of an app's set-up, so that a user
// fixes them all at once.
package mistake

import "fmt"

// Mistake is one mistake. Its fields are those of inngestkit.ConfigError.
type Mistake struct{ Where, Given, Problem, Fix string }

// List collects mistakes in the order they are found.
type List struct{ All []Mistake }

// Unquoted is given text that describes a value instead of being one.
type Unquoted string

// Add adds a mistake. An empty given is left out, as a secret must be; other
// text is quoted and cut short. The fix is formatted with args if there are
// any.
func (l *List) Add(where string, given any, problem, fix string, args ...any) {
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
		fix = fmt.Sprintf(fix, args...)
	}
	l.All = append(l.All, Mistake{where, text, problem, fix})
}

// AddSecret adds a mistake in a value that must not be shown.
func (l *List) AddSecret(where, problem, fix string) { l.Add(where, "", problem, fix) }

// Of names a part of the function or event at fault.
func Of(part, where string) string {
	if part == "" {
		return where
	}
	return part + " of " + where
}

// Report adds a mistake whose place is known only later.
type Report func(l *List, where string)

// Later returns a Report of a mistake in a part.
func Later(part string, given any, problem, fix string, args ...any) Report {
	return func(l *List, where string) { l.Add(Of(part, where), given, problem, fix, args...) }
}
