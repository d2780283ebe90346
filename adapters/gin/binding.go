package inngestgin

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/gin-gonic/gin/binding"

	"github.com/inngestkit/inngestkit/core/adapter"
)

// UseBinding makes [Abort] answer all errors of c.ShouldBind and its like in full.
// Call it once, before the first request is bound. It changes Gin's binding for
// the whole process:
//
//   - Gin's validator names fields by their json tags, and its messages hold no
//     values. Without UseBinding, fields have their Go names.
//   - Errors about elements of a slice keep the index: "[1].email".
//   - Abort answers 400 for an error of a field's own method, such as
//     UnmarshalText. Without UseBinding it answers 500, because such an error
//     looks like one of the application. Binding wraps the error in a *gin.Error
//     of type gin.ErrorTypeBind; other errors keep their types. The build tag
//     nomsgpack turns this off.
//
// UseBinding returns an error if the application has replaced Gin's validator by
// another than the one of go-playground.
func UseBinding() error {
	if binding.Validator == nil {
		return errors.New("inngestgin: binding.Validator is nil, so Gin validates nothing; leave Gin's own in place, or do without UseBinding")
	}
	if engine := binding.Validator.Engine(); !adapter.UseBinder(engine) {
		return fmt.Errorf("inngestgin: the engine of binding.Validator is a %T, not a *validator.Validate; leave Gin's own in place, or do without UseBinding", engine)
	}
	if _, done := binding.Validator.(indexing); done {
		return nil
	}
	binding.Validator = indexing{binding.Validator}
	markAll()
	return nil
}

// indexing is a validator whose errors about elements of a slice have indexes.
type indexing struct{ binding.StructValidator }

func (v indexing) ValidateStruct(obj any) error {
	value := reflect.ValueOf(obj)
	for value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return nil // JSON's null; Gin panics
		}
		value = value.Elem()
	}
	if value.Kind() != reflect.Slice && value.Kind() != reflect.Array {
		return v.StructValidator.ValidateStruct(obj)
	}
	var all binding.SliceValidationError
	for i := range value.Len() {
		if err := v.ValidateStruct(value.Index(i).Interface()); err != nil {
			all = append(all, &elementError{i, err})
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// elementError is the error about an element of a slice.
type elementError struct {
	index int
	error
}

func (e *elementError) Unwrap() error { return e.error }

// elements turns the errors about elements of a slice into one.
func elements(all binding.SliceValidationError) error {
	return adapter.Elements(func(yield func(int, error) bool) {
		for _, err := range all {
			index := -1 // Gin's own errors have none
			if e, ok := errors.AsType[*elementError](err); ok {
				index, err = e.index, e.error
			}
			if inner, ok := errors.AsType[binding.SliceValidationError](err); ok {
				err = elements(inner)
			}
			if !yield(index, err) {
				return
			}
		}
	})
}
