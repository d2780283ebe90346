package validate

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"
)

// jsonName returns encoding/json's name for a field. It is empty for an
// embedded struct, whose fields belong to the struct around it.
func jsonName(f reflect.StructField) string {
	tag := f.Tag.Get("json")
	name, _, _ := strings.Cut(tag, ",")
	switch {
	case tag == "-":
		return f.Name
	case name != "":
		return name
	case flattened(f):
		return ""
	default:
		return f.Name
	}
}

// flattened reports whether encoding/json treats the fields of an embedded
// struct as fields of the struct around it.
func flattened(f reflect.StructField) bool {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return f.Anonymous && name == "" && indirect(f.Type).Kind() == reflect.Struct
}

// maxIndirect is how many pointers and collections are followed to the type at
// their end. A type such as "type T *T" has no end.
const maxIndirect = 32

// indirect returns the type at the end of pointers.
func indirect(t reflect.Type) reflect.Type {
	for i := 0; i < maxIndirect && t.Kind() == reflect.Pointer; i++ {
		t = t.Elem()
	}
	return t
}

// joinPath joins two paths, with a dot unless an index follows.
func joinPath(prefix, path string) string {
	if prefix == "" || path == "" || strings.HasPrefix(path, "[") {
		return prefix + path
	}
	return prefix + "." + path
}

// errorPath returns the error's namespace without the type's name at its
// start. It takes the name from the type and does not parse it: the names of
// generic types have dots and brackets.
func errorPath(t reflect.Type, fe validator.FieldError) string {
	ns := strings.TrimSuffix(fe.Namespace(), ".")
	if name := t.Name(); name != "" {
		if ns == name {
			return ""
		}
		return strings.TrimPrefix(ns, name+".")
	}
	// If the type has no name, validator starts with the name of the embedded
	// type that has the field, if one has.
	for f := range t.Fields() {
		if !flattened(f) {
			continue
		}
		start := indirect(f.Type).Name() + "."
		if strings.HasPrefix(fe.StructNamespace(), f.Name+"."+start) {
			return strings.TrimPrefix(ns, start)
		}
	}
	return ns
}

// sortFields undoes the random order of maps. It sorts the fields inside each
// collection by index or key, and keeps the order of the rest. Keys that
// contain brackets can still come in any order.
func sortFields(fields []FieldError) {
	type place struct {
		rank int
		keys []string
	}
	rank := make(map[string]int)
	places := make(map[string]place, len(fields))
	for i, f := range fields {
		root, rest, _ := strings.Cut(f.Path, "[")
		if _, ok := rank[root]; !ok {
			rank[root] = i
		}
		places[f.Path] = place{rank[root], bracketed(rest)}
	}
	slices.SortStableFunc(fields, func(a, b FieldError) int {
		x, y := places[a.Path], places[b.Path]
		return cmp.Or(cmp.Compare(x.rank, y.rank), slices.CompareFunc(x.keys, y.keys, compareKeys))
	})
}

// bracketed returns the indexes and keys in the brackets of a path, from which
// the first opening bracket has been cut.
func bracketed(rest string) []string {
	var keys []string
	for rest != "" {
		var key string
		key, rest, _ = strings.Cut(rest, "]")
		keys = append(keys, key)
		_, rest, _ = strings.Cut(rest, "[")
	}
	return keys
}

func compareKeys(a, b string) int {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	switch {
	case errX == nil && errY == nil:
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b))
	case errX == nil:
		return -1
	case errY == nil:
		return 1
	default:
		return cmp.Compare(a, b)
	}
}
