package validate

import (
	"sync/atomic"

	"github.com/go-playground/validator/v10"
)

// binder is the validator of the application's web framework, as given to
// UseBinder.
var binder atomic.Pointer[Validator]

// UseBinder prepares the validator that a web framework binds requests with,
// such as the one that Gin's binding.Validator.Engine() returns. Afterwards
// [ConvertError] turns that validator's errors into an [*Error] with JSON names
// and messages that hold no values.
//
// UseBinder changes the validator as [Wrap] does. It reports whether engine is
// a *validator.Validate, and does nothing if not. Call it once, before the
// framework binds the first request.
func UseBinder(engine any) bool {
	v, ok := engine.(*validator.Validate)
	if !ok || v == nil {
		return false
	}
	binder.Store(Wrap(v))
	return true
}

// bindingError converts the errors of a framework's validator. Without
// UseBinder their fields have Go names and general messages.
func bindingError(broken validator.ValidationErrors) *Error {
	v := binder.Load()
	if v == nil {
		v = Default()
	}
	fields := make([]FieldError, len(broken))
	for i, fe := range broken {
		fields[i] = FieldError{
			Path:    withoutType(fe.Namespace()),
			Rule:    fe.Tag(),
			Param:   fe.Param(),
			Message: v.trans.message(fe),
		}
	}
	sortFields(fields)
	return &Error{Fields: fields, cause: broken}
}

// withoutType drops the type's name from the start of a namespace. The names
// of generic types have dots in brackets.
func withoutType(namespace string) string {
	depth := 0
	for i, r := range namespace {
		switch {
		case r == '[':
			depth++
		case r == ']':
			depth--
		case r == '.' && depth == 0:
			return namespace[i+1:]
		}
	}
	return namespace
}
