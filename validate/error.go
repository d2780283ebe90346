package validate

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/go-playground/validator/v10"
)

// FieldError describes one field that broke a rule.
type FieldError struct {
	// Path leads to the field by JSON names: "items[2].price", "prices[EUR]".
	// It is empty if the value as a whole broke the rule.
	Path string `json:"path"`
	// Rule is the rule's name, as in the tag: "required", "email". Four rules
	// are in no tag: "type" (the JSON does not fit the field's type), "unknown"
	// (the JSON has a field that the type lacks), "required" for the value as a
	// whole (it is nil), and "depth" (structs lie too deep inside each other).
	Rule string `json:"rule"`
	// Param is the rule's parameter: "3" in "min=3". For the rule "type" it is
	// the expected JSON type. It is empty if there is none.
	Param string `json:"param,omitempty"`
	// Message explains the failure: "must be a valid email address". It never
	// holds the field's value.
	Message string `json:"message"`
}

// Error reports a value that broke one or more rules. Do not change it once it
// is shared: any number of goroutines may read it.
type Error struct {
	// Fields has an entry for each failure, at least one. The order is the same
	// each time: that of the fields in their structs, with the elements of
	// collections by index or key.
	Fields []FieldError

	cause error
}

// Error joins the paths and messages of all fields. It holds no values.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("validation failed")
	for i, f := range e.Fields {
		if i == 0 {
			b.WriteString(": ")
		} else {
			b.WriteString("; ")
		}
		if f.Path != "" {
			b.WriteString(f.Path + ": ")
		}
		b.WriteString(f.Message)
	}
	return b.String()
}

// Unwrap returns the cause: the validator.ValidationErrors, the decoder's error
// if the JSON did not fit, or the panic of a rule that could not check a value.
// It is nil if there is none. A cause can hold values: keep it out of logs and
// responses.
func (e *Error) Unwrap() error { return e.cause }

// WithPrefix returns a copy of the error with prefix before each path. With
// the prefix "events[1]", "email" becomes "events[1].email".
func (e *Error) WithPrefix(prefix string) *Error {
	fields := slices.Clone(e.Fields)
	for i := range fields {
		fields[i].Path = joinPath(prefix, fields[i].Path)
	}
	return &Error{Fields: fields, cause: e.cause}
}

// Problem returns the error as an RFC 9457 document with status 422.
func (e *Error) Problem() *Problem {
	return &Problem{
		Type:   blankType,
		Title:  http.StatusText(http.StatusUnprocessableEntity),
		Status: http.StatusUnprocessableEntity,
		Detail: "validation failed",
		Errors: slices.Clone(e.Fields),
	}
}

// Join returns one error with the fields of all errs, in their order. It skips
// nil errors, and returns nil if there is no other. The result unwraps to the
// validator.ValidationErrors of all errs, or to the first cause if there are
// none.
func Join(errs ...*Error) *Error {
	var joined *Error
	var broken validator.ValidationErrors
	for _, err := range errs {
		if err == nil {
			continue
		}
		if joined == nil {
			joined = &Error{}
		}
		joined.Fields = append(joined.Fields, err.Fields...)
		if found, ok := errors.AsType[validator.ValidationErrors](err.cause); ok {
			broken = append(broken, found...)
		} else if joined.cause == nil {
			joined.cause = err.cause
		}
	}
	if len(broken) > 0 {
		joined.cause = broken
	}
	return joined
}
