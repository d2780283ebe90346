package validate

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
)

var (
	jsonMarshaler   = reflect.TypeFor[json.Marshaler]()
	textMarshaler   = reflect.TypeFor[encoding.TextMarshaler]()
	jsonUnmarshaler = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// decodesItself reports whether a method of t reads its JSON.
func decodesItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(jsonUnmarshaler) || p.Implements(textUnmarshaler)
}

// checkJSON reports what encoding/json can write and not read back, and a
// struct that it does not write as an object.
func (c *checker) checkJSON(t reflect.Type) {
	if root := indirect(t); root.Kind() == reflect.Struct {
		if form := writtenForm(root); root.ConvertibleTo(timeType) || form != "" && form != "object" {
			c.add(root, "", "", "is not written as a JSON object: put it in a field of a struct")
			return
		}
	}
	(&jsonCheck{checker: c, seen: make(map[reflect.Type]bool)}).walk(t, place{owner: t})
}

// jsonCheck follows the types that encoding/json reads into.
type jsonCheck struct {
	*checker
	seen map[reflect.Type]bool
}

// place is where a type was found: a field of a struct, or the root.
type place struct {
	owner reflect.Type
	field string
}

func (c *jsonCheck) unreadable(at place, format string, args ...any) {
	c.add(at.owner, at.field, "", format, args...)
}

// walk checks a type that a value of another leads to.
func (c *jsonCheck) walk(t reflect.Type, at place) {
	t = indirect(t)
	switch kind := t.Kind(); {
	case kind == reflect.Interface:
		if t.NumMethod() > 0 {
			c.unreadable(at, "holds the interface %s, which encoding/json writes and cannot read: write a type without methods, or `json:\"-\"`", t)
		}
		return
	case decodesItself(t):
		return
	}
	if written, read := writtenForm(t), readForm(t); written != "" && read != "" && written != read {
		c.unreadable(at, "holds a %s, whose method writes a JSON %s that encoding/json cannot read: add the method that reads it", t, written)
		return
	}
	if c.seen[t] {
		return
	}
	c.seen[t] = true
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		c.walk(t.Elem(), at)
	case reflect.Map:
		if key := t.Key(); key.Kind() != reflect.String && key.Implements(textMarshaler) && !reflect.PointerTo(key).Implements(textUnmarshaler) {
			c.unreadable(at, "holds a map with keys of type %s, which encoding/json writes and cannot read: add UnmarshalText", key)
		}
		c.walk(t.Elem(), at)
	case reflect.Struct:
		for f := range t.Fields() {
			c.field(t, f)
		}
	}
}

func (c *jsonCheck) field(owner reflect.Type, f reflect.StructField) {
	at := place{owner, f.Name}
	switch embedded := f.Anonymous && indirect(f.Type).Kind() == reflect.Struct; {
	case f.Tag.Get("json") == "-", !f.IsExported() && !embedded:
	case f.IsExported() || f.Type.Kind() != reflect.Pointer:
		c.walk(f.Type, at)
	case slices.ContainsFunc(reflect.VisibleFields(f.Type.Elem()), func(f reflect.StructField) bool { return f.IsExported() }):
		c.unreadable(at, "is an embedded pointer to an unexported struct, which encoding/json writes and cannot read: embed %s itself, or export its name", f.Type.Elem())
	}
}

// writtenForm returns the JSON form that a method of t writes: "string",
// "number", "object" and so on. It returns "" if t has no such method or the
// form is not known.
func writtenForm(t reflect.Type) (form string) {
	switch {
	case t.Implements(jsonMarshaler):
		_ = panicText(func() {
			if text, err := json.Marshal(sample(t, sampleDepth).Interface()); err == nil {
				form = firstForm(text[0])
			}
		})
		return form
	case t.Implements(textMarshaler):
		return "string"
	}
	return ""
}

// firstForm returns the form of a JSON text that starts with first, or "" for
// null, which any type can be read from.
func firstForm(first byte) string {
	switch first {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "boolean"
	case 'n':
		return ""
	default:
		return "number"
	}
}

// readForm returns the JSON form that encoding/json reads into a type without
// methods, or "" if it reads none or several.
func readForm(t reflect.Type) string {
	switch form := jsonType(t); {
	case form == "integer":
		return "number"
	case form == "value", t.Kind() == reflect.Slice && form == "string":
		return ""
	default:
		return form
	}
}
