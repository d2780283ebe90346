package validate

import (
	"fmt"
	"reflect"
	"strings"
)

// TypeError reports one mistake in a type or in its tags. The program is at
// fault, not the data: log the error and answer with status 500.
//
// [Validator.CheckType] returns all mistakes of a type. [Validator.Struct] and
// [Validator.Decode] return the one that keeps them from validating a value.
// They also return a TypeError if a rule of the application panics.
type TypeError struct {
	// Type is the type with the mistake. If Field is set, Type is the struct
	// that the field belongs to.
	Type reflect.Type
	// Field is the Go name of the field with the mistake. It is empty if the
	// mistake is in the type as a whole.
	Field string
	// Rule is the rule with the mistake, as the tag has it: "gte=2". It is
	// empty if the mistake is not in a rule.
	Rule string
	// Problem explains the mistake and its fix.
	Problem string

	cause error
}

// Error names the type, the field and the rule, and explains the mistake.
func (e *TypeError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v: ", e.Type)
	if e.Field != "" {
		b.WriteString("field " + e.Field + ": ")
	}
	if e.Rule != "" {
		fmt.Fprintf(&b, "rule %q ", e.Rule)
	}
	b.WriteString(e.Problem)
	return b.String()
}

// Unwrap returns the panic as an error, or nil if [Validator.CheckType] found the
// mistake. Its text can hold values: keep it out of responses.
func (e *TypeError) Unwrap() error { return e.cause }
