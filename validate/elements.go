package validate

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// elements validates the structs in a map that is no field of a struct, so that
// no tag can say "dive". Nil elements pass, as they do after "dive".
func (v *Validator) elements(val reflect.Value) error {
	elem := val.Type().Elem()
	if !holdsStructs(elem) && elem.Kind() != reflect.Interface {
		return nil
	}
	if m, ok := reflect.TypeAssert[map[string]any](val); ok && plain(m) {
		return nil
	}
	var broken []*Error
	check := func(step any, value reflect.Value) error {
		err := v.element(value)
		if invalid, ok := errors.AsType[*Error](err); ok {
			broken = append(broken, invalid.WithPrefix(fmt.Sprintf("[%v]", step)))
			return nil
		}
		return err
	}
	if val.Kind() == reflect.Map {
		for it := val.MapRange(); it.Next(); {
			if err := check(it.Key(), it.Value()); err != nil {
				return err
			}
		}
	} else {
		for i := range val.Len() {
			if err := check(i, val.Index(i)); err != nil {
				return err
			}
		}
	}
	if len(broken) == 0 {
		return nil
	}
	invalid := Join(broken...)
	sortFields(invalid.Fields)
	return invalid
}

// plain reports whether a map holds only values as encoding/json decodes them,
// which have no rules.
func plain(m map[string]any) bool {
	for _, value := range m {
		switch value.(type) {
		case nil, string, float64, bool, json.Number, map[string]any, []any:
		default:
			return false
		}
	}
	return true
}

// element validates one value of a collection. It follows an interface only to
// a struct, as validator does.
func (v *Validator) element(val reflect.Value) error {
	opaque := val.Kind() == reflect.Interface
	for val.Kind() == reflect.Pointer || val.Kind() == reflect.Interface {
		if val.IsNil() {
			return nil
		}
		val = val.Elem()
	}
	switch kind := val.Kind(); {
	case kind == reflect.Struct:
		return v.run(val.Interface(), val)
	case !opaque && isCollection(kind):
		return v.elements(val)
	default:
		return nil
	}
}
