package validate

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/go-playground/validator/v10"
)

// search looks through a value for the rules that panic on it. It follows the
// tags as validator does and tries one rule at a time.
type search struct {
	v        *Validator
	mistakes []*TypeError // of the value's type

	mistake *TypeError      // in a tag, if one is at fault
	found   []FieldError    // of the data
	skip    map[string]bool // the fields that found is about, by validator's names
}

// visit searches a struct. Before the names of its fields come ns for validator
// and path for JSON. Until a type or field has a name, validator's is empty.
// The parent is val, or the struct around it if val itself cannot be passed on.
func (s *search) visit(val, parent reflect.Value, ns, path string, named bool) {
	t := val.Type()
	if val.CanInterface() {
		parent = val
	}
	if !named && t.Name() != "" {
		ns, named = ns+t.Name()+".", true
	}
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get(s.v.tag)
		if !f.IsExported() && !f.Anonymous || tag == "-" {
			continue
		}
		at := &spot{
			search: s, owner: t, parent: parent, field: f,
			ns: ns + f.Name, path: joinPath(path, jsonName(f)), named: named || jsonName(f) != "",
		}
		at.opaque = holdsInterface(f.Type, make(map[reflect.Type]bool))
		var words []string
		if tag != "" && val.Field(i).CanInterface() {
			words = strings.Split(tag, ",")
		}
		at.chain(val.Field(i), words, "")
		if at.panicked {
			s.found = append(s.found, at.found...)
			s.skip[at.ns] = true
		}
	}
}

// spot is one field under search.
type spot struct {
	*search
	owner    reflect.Type
	parent   reflect.Value
	field    reflect.StructField
	ns, path string
	named    bool
	opaque   bool // whether data can choose types in the field

	panicked bool
	found    []FieldError
}

// chain follows the words of a tag on a value. The step leads from the field to
// the value: "[2]", or nothing.
func (s *spot) chain(value reflect.Value, words []string, step string) {
	content := content(value)
	for i, word := range words {
		switch word {
		case "omitempty", "omitnil", "omitzero":
			if omits(word, value, content) {
				return
			}
		case "structonly", "nostructlevel", "endkeys":
			return
		default:
			if !s.passes(value, content, word, step, i == 0) {
				return
			}
			if word == "dive" {
				s.dive(content, words[i+1:], step)
				return
			}
		}
	}
	if content.Kind() == reflect.Struct && !content.Type().ConvertibleTo(timeType) {
		s.visit(content, s.parent, s.ns+step+".", s.path+step, s.named)
	}
}

func (s *spot) dive(content reflect.Value, words []string, step string) {
	var keys []string
	hasKeys := len(words) > 0 && words[0] == "keys"
	if hasKeys {
		end := slices.Index(append(slices.Clip(words), "endkeys"), "endkeys")
		keys, words = words[1:end], words[min(end+1, len(words)):]
	}
	switch content.Kind() {
	case reflect.Slice, reflect.Array:
		if hasKeys && content.Len() > 0 {
			s.explain(content, "keys", step, "keys of a list")
			return
		}
		for i := range content.Len() {
			if s.enough() {
				return
			}
			s.chain(content.Index(i), words, fmt.Sprintf("%s[%d]", step, i))
		}
	case reflect.Map:
		for it := content.MapRange(); it.Next() && !s.enough(); {
			inside := fmt.Sprintf("%s[%v]", step, it.Key())
			if hasKeys {
				s.chain(it.Key(), keys, inside)
			}
			s.chain(it.Value(), words, inside)
		}
	}
}

// maxFound is how many errors the search reports for one field, so that data
// cannot keep the program busy.
const maxFound = 100

func (s *spot) enough() bool { return s.panicked && len(s.found) >= maxFound }

// passes tries one word of a tag and reports whether validator would go on to
// the next.
func (s *spot) passes(value, content reflect.Value, word, step string, first bool) bool {
	var err error
	p := caught(func() { err = try(s.v.engine, word, value, s.parent, isNil(content) && !first) })
	if p != nil {
		s.explain(content, word, step, p)
		return false
	}
	if word == "dive" {
		return true
	}
	if broken, ok := errors.AsType[validator.ValidationErrors](err); ok {
		// The rule ran on an element without a name: "[0] must be ...".
		message := strings.Replace(s.v.trans.message(broken[0]), broken[0].Field(), jsonName(s.field), 1)
		s.found = append(s.found, fieldError(s.path+step, word, message))
	}
	return err == nil
}

// explain records the panic of a rule. It is the data's fault if the data chose
// the type of a value that the rule looks at, and the tag's fault otherwise.
func (s *spot) explain(content reflect.Value, word, step string, p any) {
	name, param, _ := strings.Cut(word, "=")
	chosen := s.opaque
	for _, path := range named(name, param) {
		first, _, _ := strings.Cut(path, ".")
		if f, ok := s.owner.FieldByName(first); ok && holdsInterface(f.Type, make(map[reflect.Type]bool)) {
			chosen = true
		}
	}
	isOwn := func(m *TypeError) bool { return m.Type == s.owner && m.Field == s.field.Name && m.Rule != "" }
	switch i := slices.IndexFunc(s.mistakes, isOwn); {
	case i >= 0:
		s.mistake = s.mistakes[i]
	case chosen:
		s.panicked = true
		failed := fieldError(s.path+step, word, "")
		failed.Message = misfit(content, failed.Rule)
		s.found = append(s.found, failed)
	default:
		s.mistake = &TypeError{Type: s.owner, Field: s.field.Name, Rule: word, Problem: "cannot be checked: " + panicked(p), cause: panicError(p)}
	}
}

func fieldError(path, word, message string) FieldError {
	name, param, _ := strings.Cut(word, "=")
	if strings.Contains(word, "|") {
		name, param = word, "" // as validator names it
	}
	return FieldError{Path: path, Rule: name, Param: param, Message: message}
}

// misfit explains why a rule cannot check a value. It names the value's type
// only.
func misfit(content reflect.Value, name string) string {
	switch {
	case name == "dive":
		return "must be an array or an object"
	case name == "keys":
		return "must be an object"
	case conditionalRules[name] || fieldRules[name]:
		return fmt.Sprintf("cannot be checked against the field that the rule %q names", name)
	case name == "unique" && isCollection(content.Kind()):
		return "holds values that cannot be compared"
	}
	form := jsonType(content.Type())
	return fmt.Sprintf("is %s %s, which the rule %q cannot check", article(form), form, name)
}

// omits reports whether validator stops at "omitempty" or one like it.
func omits(word string, value, content reflect.Value) bool {
	switch content.Kind() {
	case reflect.Slice, reflect.Map:
		return content.IsNil() || word == "omitzero" && content.Len() == 0
	case reflect.Pointer, reflect.Interface, reflect.Chan, reflect.Func:
		return content.IsNil()
	}
	behind := value.Kind() == reflect.Pointer || value.Kind() == reflect.Interface
	return !content.IsValid() || content.IsZero() && (word == "omitzero" || word == "omitempty" && !behind)
}

// holdsInterface reports whether t leads to an interface, in which data can
// choose the type of a value.
func holdsInterface(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return holdsInterface(t.Elem(), seen)
	case reflect.Map:
		return holdsInterface(t.Key(), seen) || holdsInterface(t.Elem(), seen)
	case reflect.Struct:
		for f := range t.Fields() {
			if f.IsExported() && holdsInterface(f.Type, seen) {
				return true
			}
		}
	}
	return false
}
