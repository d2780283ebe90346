package validate

import (
	"fmt"
	"reflect"
	"strings"
)

// TypeError is one mistake in a type or in its tags. It is the program's
// fault, never that of the data: log it and answer with status 500.
//
// [Validator.CheckType] returns every mistake that it finds.
// [Validator.Struct] and [Validator.Decode] return one when a mistake keeps
// them from validating a value, or when a rule of the application panics.
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
	// Problem says what is wrong and what to write instead.
	Problem string

	cause error
}

// Error names the type, the field and the rule, and says what is wrong.
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

// Unwrap returns the panic behind the mistake as an error. It is nil for
// mistakes that [Validator.CheckType] finds. Its text is the panic's own and
// may hold values.
func (e *TypeError) Unwrap() error { return e.cause }
