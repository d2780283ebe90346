package declare

import (
	"encoding/json"
	"reflect"

	jsonv1 "github.com/go-json-experiment/json/v1"
)

// decoder is json.Unmarshal for values of one type, in one pass in place of
// two: encoding/json as it will be in Go 1.27. What that refuses the standard
// library decodes anew, so that errors, and what is left of a value that fits
// in part, are its own.
func decoder[T any]() func(raw []byte) (T, error) {
	if holdsNumber(reflect.TypeFor[T](), map[reflect.Type]bool{}) {
		return unmarshal[T]
	}
	return func(raw []byte) (T, error) {
		var v T
		if jsonv1.Unmarshal(raw, &v) == nil {
			return v, nil
		}
		return unmarshal[T](raw)
	}
}

func unmarshal[T any](raw []byte) (v T, err error) {
	err = json.Unmarshal(raw, &v)
	return v, err
}

// holdsNumber reports whether a json.Number lies in values of a type: only the
// standard library knows that not every string is one.
func holdsNumber(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.String:
		return t == reflect.TypeFor[json.Number]()
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return holdsNumber(t.Elem(), seen)
	case reflect.Map:
		return holdsNumber(t.Key(), seen) || holdsNumber(t.Elem(), seen)
	case reflect.Struct:
		for field := range t.Fields() {
			if holdsNumber(field.Type, seen) {
				return true
			}
		}
	}
	return false
}
