package validate

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/go-playground/validator/v10"
)

// FieldError is one rule that one field broke.
type FieldError struct {
	// Path leads to the field by JSON names, as in "items[2].price" or
	// "prices[EUR]". It is empty for the value as a whole.
	Path string `json:"path"`
	// Rule is the rule's name: "required", "email", or "type" when the JSON
	// does not fit the field's type.
	Rule string `json:"rule"`
	// Param is the rule's parameter, "3" in "min=3". For the rule "type" it is
	// the JSON type expected.
	Param string `json:"param,omitempty"`
	// Message says what the field must be. It never holds the field's value.
	Message string `json:"message"`
}

// Error lists the fields of a value that broke a rule, in a stable order.
// It is read-only once made.
type Error struct {
	Fields []FieldError

	cause error
}

// Error names every field with what it must be. It holds no values.
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

// Unwrap returns the validator.ValidationErrors behind the fields, or the
// decoder's error when the JSON did not fit. It is nil where there is neither.
// Both can hold values: keep them out of logs and responses.
func (e *Error) Unwrap() error { return e.cause }

// WithPrefix returns a copy whose paths start with prefix: "email" becomes
// "events[1].email". An empty prefix changes nothing.
func (e *Error) WithPrefix(prefix string) *Error {
	fields := slices.Clone(e.Fields)
	for i := range fields {
		fields[i].Path = joinPath(prefix, fields[i].Path)
	}
	return &Error{Fields: fields, cause: e.cause}
}

// Problem describes the error as an RFC 9457 document with status 422.
func (e *Error) Problem() *Problem {
	return &Problem{
		Type:   blankType,
		Title:  http.StatusText(http.StatusUnprocessableEntity),
		Status: http.StatusUnprocessableEntity,
		Detail: "validation failed",
		Errors: slices.Clone(e.Fields),
	}
}

// Join puts the fields of several errors into one, in the order given. Nil
// errors are left out; Join returns nil when none is left. The result unwraps
// to all the validator.ValidationErrors, or else to the first cause there is.
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
