package validate

import (
	"reflect"
	"sync"
)

// maxDepth is how many pointers, collections and structs may lie inside each
// other. encoding/json reads no value that deep. A value that holds itself
// would exhaust the stack, which ends the process.
const maxDepth = 40_000

// recursive remembers which types can hold themselves.
var recursive sync.Map // of reflect.Type to bool

// tooDeep reports whether v is deeper than maxDepth.
func tooDeep(v reflect.Value) bool {
	t := v.Type()
	known, ok := recursive.Load(t)
	if !ok {
		known, _ = recursive.LoadOrStore(t, isRecursive(t, make(map[reflect.Type]bool)))
	}
	return known == true && deeper(v, maxDepth)
}

// isRecursive reports whether a struct that t leads to can hold itself, directly
// or in an interface. The map has true for the types on the way to t, and false
// for finished ones.
func isRecursive(t reflect.Type, through map[reflect.Type]bool) bool {
	kind := t.Kind()
	if inside, ok := through[t]; ok {
		return inside && kind == reflect.Struct
	}
	through[t] = true
	found := false
	switch kind {
	case reflect.Interface:
		found = true
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		found = isRecursive(t.Elem(), through)
	case reflect.Struct:
		for f := range t.Fields() {
			if f.IsExported() || f.Anonymous {
				found = found || isRecursive(f.Type, through)
			}
		}
	}
	through[t] = false
	return found
}

// deeper reports whether v has more levels than depth. As validator does, it
// follows an interface only to a struct, and no collection of interfaces.
func deeper(v reflect.Value, depth int) bool {
	if depth == 0 {
		return true
	}
	switch kind := v.Kind(); kind {
	case reflect.Pointer:
		return deeper(v.Elem(), depth-1)
	case reflect.Interface:
		if in := v.Elem(); in.IsValid() && indirect(in.Type()).Kind() == reflect.Struct {
			return deeper(in, depth-1)
		}
	case reflect.Slice, reflect.Array:
		if holdsStructs(v.Type().Elem()) {
			for i := range v.Len() {
				if deeper(v.Index(i), depth-1) {
					return true
				}
			}
		}
	case reflect.Map:
		if holdsStructs(v.Type().Elem()) {
			for it := v.MapRange(); it.Next(); {
				if deeper(it.Value(), depth-1) {
					return true
				}
			}
		}
	case reflect.Struct:
		for _, i := range followed(v.Type()) {
			if deeper(v.Field(i), depth-1) {
				return true
			}
		}
	}
	return false
}

// fields remembers the fields that deeper follows.
var fields sync.Map // of reflect.Type to []int

// followed lists the fields of a struct through which validator can get to
// another struct.
func followed(t reflect.Type) []int {
	if known, ok := fields.Load(t); ok {
		return known.([]int) //nolint:forcetypeassert // the only type stored
	}
	var list []int
	for i := range t.NumField() {
		f := t.Field(i)
		if (f.IsExported() || f.Anonymous) && (holdsStructs(f.Type) || indirect(f.Type).Kind() == reflect.Interface) {
			list = append(list, i)
		}
	}
	fields.Store(t, list)
	return list
}

// holdsStructs reports whether a value of type t can lead to a struct that its
// type names.
func holdsStructs(t reflect.Type) bool {
	for range maxIndirect {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			t = t.Elem()
		default:
			return t.Kind() == reflect.Struct && !t.ConvertibleTo(timeType)
		}
	}
	return false
}
