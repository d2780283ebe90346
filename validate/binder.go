package validate

import (
	"sync/atomic"

	"github.com/go-playground/validator/v10"
)

// binder is the validator behind the application's web framework, once
// UseBinder has been told of it.
var binder atomic.Pointer[Validator]

// UseBinder prepares the validator that a web framework binds requests with,
// such as what Gin's binding.Validator.Engine() returns, so that [ConvertError]
// can tell its errors as this package tells its own: by JSON name, in words
// that hold no value. It changes that validator as [Wrap] does, and reports
// false for anything but a *validator.Validate. Call it once, before the first
// request is bound.
func UseBinder(engine any) bool {
	v, ok := engine.(*validator.Validate)
	if !ok || v == nil {
		return false
	}
	binder.Store(Wrap(v))
	return true
}

// bindingError tells the errors of a framework's own validator. Without
// UseBinder they hold Go names and general messages.
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

// withoutType drops the name of the type that a namespace begins with. The
// names of generic types hold dots in brackets.
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
