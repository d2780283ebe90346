package validate

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"
)

// jsonName is the name encoding/json gives a field. It is empty for an
// embedded struct whose fields belong to the struct around it.
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

func flattened(f reflect.StructField) bool {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return f.Anonymous && name == "" && indirect(f.Type).Kind() == reflect.Struct
}

// maxIndirect bounds the way to the end of a type such as "type T *T".
const maxIndirect = 32

// indirect returns the type at the end of pointers.
func indirect(t reflect.Type) reflect.Type {
	for i := 0; i < maxIndirect && t.Kind() == reflect.Pointer; i++ {
		t = t.Elem()
	}
	return t
}

// joinPath puts a dot between two paths where one belongs.
func joinPath(prefix, path string) string {
	if prefix == "" || path == "" || strings.HasPrefix(path, "[") {
		return prefix + path
	}
	return prefix + "." + path
}

// errorPath is the error's namespace without the name of the type it starts
// with. The name is taken from the type, never guessed from the text: names
// of generic types hold dots and brackets of their own.
func errorPath(t reflect.Type, fe validator.FieldError) string {
	ns := strings.TrimSuffix(fe.Namespace(), ".")
	if name := t.Name(); name != "" {
		if ns == name {
			return ""
		}
		return strings.TrimPrefix(ns, name+".")
	}
	// For a type without a name, validator starts with the name of the
	// embedded type through which it got to the field, if there was one.
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

// sortFields undoes the random order in which maps are visited: fields inside
// collections are ordered by index or key, everything else stays where it was.
// (Keys that hold brackets themselves may still come in any order.)
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

// bracketed lists what stands in the brackets of a path, the first of which
// has been cut off already.
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
