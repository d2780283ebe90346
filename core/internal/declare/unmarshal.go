package declare

import (
	"encoding/json"
	"reflect"

	jsonv1 "github.com/go-json-experiment/json/v1"
)

// decoder returns a json.Unmarshal for values of one type that makes one pass
// instead of two: encoding/json as it will be in Go 1.27. The standard library
// decodes again the values that it refuses, so that errors, and the fields of a
// value that fits in part, are the same.
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

// holdsNumber reports whether values of a type hold a json.Number: only the
// standard library checks that its string is one.
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
