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

// checkJSON reports the types that encoding/json can write and not read back,
// and a root that is a struct and not written as an object.
func (c *checker) checkJSON(root reflect.Type) {
	if t := indirect(root); t.Kind() == reflect.Struct {
		if form := writtenForm(t); t.ConvertibleTo(timeType) || form != "" && form != "object" {
			c.addf(t, "", "", "is not written as a JSON object: put it in a field of a struct")
			return
		}
	}
	(&jsonCheck{checker: c, seen: make(map[reflect.Type]bool)}).walk(root, place{owner: root})
}

// jsonCheck follows the types that encoding/json reads into.
type jsonCheck struct {
	*checker
	seen map[reflect.Type]bool
}

// place is where a type was found.
type place struct {
	owner reflect.Type // the struct with the field, or the root
	field string
	// pointed is whether encoding/json finds the methods of a pointer there.
	pointed bool
}

func (c *jsonCheck) unreadablef(at place, format string, args ...any) {
	c.addf(at.owner, at.field, "", format, args...)
}

func (c *jsonCheck) walk(t reflect.Type, at place) {
	at.pointed = at.pointed || t.Kind() == reflect.Pointer
	t = indirect(t)
	switch {
	case t.Kind() == reflect.Interface:
		if t.NumMethod() > 0 {
			c.unreadablef(at, "holds the interface %s, which encoding/json writes and cannot read: write a type without methods, or `json:\"-\"`", t)
		}
		return
	case decodesItself(t):
		if !at.pointed && !writesItself(t) && writesItself(reflect.PointerTo(t)) && t.Kind() == reflect.Struct && !hasFields(t) {
			c.unreadablef(at, "holds a %s, which encoding/json writes as {} where it is no pointer: write *%s", t, t)
		}
		return
	}
	if written, read := writtenForm(t), readForm(t); written != "" && read != "" && written != read {
		c.unreadablef(at, "holds a %s, whose method writes a JSON %s that encoding/json cannot read: add the method that reads it", t, written)
		return
	}
	if c.seen[t] {
		return
	}
	c.seen[t] = true
	switch t.Kind() {
	case reflect.Slice:
		at.pointed = true
		c.walk(t.Elem(), at)
	case reflect.Array:
		c.walk(t.Elem(), at)
	case reflect.Map:
		if key := t.Key(); key.Kind() != reflect.String && key.Implements(textMarshaler) && !reflect.PointerTo(key).Implements(textUnmarshaler) {
			c.unreadablef(at, "holds a map with keys of type %s, which encoding/json writes and cannot read: add UnmarshalText", key)
		}
		at.pointed = false
		c.walk(t.Elem(), at)
	case reflect.Struct:
		for f := range t.Fields() {
			c.field(f, place{t, f.Name, at.pointed})
		}
	}
}

func (c *jsonCheck) field(f reflect.StructField, at place) {
	embedded := f.Anonymous && indirect(f.Type).Kind() == reflect.Struct
	switch {
	case f.Tag.Get("json") == "-", !f.IsExported() && !embedded:
	case f.IsExported() || f.Type.Kind() != reflect.Pointer:
		c.walk(f.Type, at)
	case hasFields(f.Type.Elem()):
		c.unreadablef(at, "is an embedded pointer to an unexported struct, which encoding/json writes and cannot read: embed %s itself, or export its name", f.Type.Elem())
	}
}

// hasFields reports whether encoding/json writes fields of a struct.
func hasFields(t reflect.Type) bool {
	return slices.ContainsFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool { return f.IsExported() })
}

// writesItself reports whether a method of t writes its JSON.
func writesItself(t reflect.Type) bool {
	return t.Implements(jsonMarshaler) || t.Implements(textMarshaler)
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
