package validate

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"

	"github.com/go-playground/validator/v10"
)

// run validates a struct. It turns the panic of a rule into an error.
func (v *Validator) run(value any, val reflect.Value) (err error) {
	if tooDeep(val) {
		return &Error{Fields: []FieldError{{Rule: "depth", Message: "is nested too deeply, or holds itself"}}}
	}
	defer func() {
		if p := recover(); p != nil {
			err = v.afterPanic(value, val, p)
		}
	}()
	err = v.engine.Struct(value)
	if err == nil {
		return nil
	}
	var broken validator.ValidationErrors
	if !errors.As(err, &broken) {
		return nil // a time.Time: a struct to Go, but not to validator
	}
	return v.newError(val.Type(), broken)
}

// afterPanic returns the error for the panic of a rule. It is an [*Error] if
// the data chose the type that the rule cannot check, with the other fields that
// broke a rule. It is a [*TypeError] otherwise.
func (v *Validator) afterPanic(value any, val reflect.Value, p any) error {
	if mistake, ok := p.(*TypeError); ok {
		return mistake // of a struct rule
	}
	t := val.Type()
	s := &search{v: v, mistakes: v.mistakes(t), skip: make(map[string]bool)}
	if text := panicText(func() { s.visit(val, val, "", "", false) }); text != "" || s.mistake == nil && len(s.found) == 0 {
		return v.unexplained(t, s.mistakes, p)
	}
	if s.mistake != nil {
		return s.mistake
	}
	invalid := &Error{Fields: s.found, cause: panicError(p)}
	_ = panicText(func() {
		err := v.engine.StructFiltered(value, func(ns []byte) bool { return s.skip[string(ns)] })
		if broken, ok := errors.AsType[validator.ValidationErrors](err); ok {
			invalid = Join(v.newError(t, broken), invalid)
		}
	})
	sortFields(invalid.Fields)
	return invalid
}

// unexplained returns the error for a panic that no single rule causes, such as
// a tag that cannot be parsed, or a method of the application.
func (v *Validator) unexplained(t reflect.Type, mistakes []*TypeError, p any) error {
	if len(mistakes) > 0 {
		return mistakes[0]
	}
	return &TypeError{Type: t, Problem: "cannot be validated: " + panicked(p), cause: panicError(p)}
}

// mistakes returns the mistakes that CheckType finds in t. It caches them: once
// a value has been validated, the rules no longer change.
func (v *Validator) mistakes(t reflect.Type) []*TypeError {
	if known, ok := v.checked.Load(t); ok {
		return known.([]*TypeError) //nolint:forcetypeassert // the only type stored
	}
	var list []*TypeError
	if joined, ok := v.CheckType(t).(interface{ Unwrap() []error }); ok {
		for _, err := range joined.Unwrap() {
			if mistake, ok := errors.AsType[*TypeError](err); ok {
				list = append(list, mistake)
			}
		}
	}
	v.checked.Store(t, list)
	return list
}

// panicked describes a panic. It quotes only the runtime, because other texts
// may hold values.
func panicked(p any) string {
	if err, ok := p.(runtime.Error); ok {
		return "panic: " + err.Error()
	}
	return fmt.Sprintf("panic with a %T", p)
}

func panicError(p any) error {
	if err, ok := p.(error); ok {
		return err
	}
	return fmt.Errorf("%v", p)
}
