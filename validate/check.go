package validate

import (
	"errors"
	"fmt"
	"reflect"
)

// CheckType checks a type with [Default]; see [Validator.CheckType].
func CheckType(t reflect.Type) error { return Default().CheckType(t) }

// CheckType checks t and every type that t holds. Call it when a program
// starts: it finds the mistakes that would otherwise show with the first bad
// value. It returns all of them joined, each a [*TypeError]:
//
//   - rules that are not defined, cannot be parsed, or cannot apply to the type
//     of their field;
//   - a rule that cannot take nil after one that lets nil through, such as
//     "required_if=Kind box,gte=2" on an *int: the mistake says where to write
//     "omitempty";
//   - rules that name a field that does not exist, or that can be missing;
//   - structs whose rules are all in a tag that this validator does not read:
//     "binding" for "validate", or the reverse;
//   - a slice, array or map whose elements have rules that no "dive" reaches.
//     If that is on purpose, write `validate:"-"`, or end the tag with
//     "nostructlevel";
//   - types that encoding/json can write and not read back: an interface with
//     methods, an embedded pointer to an unexported struct, a method that
//     writes JSON or text without one that reads it;
//   - a t that is a struct and that encoding/json does not write as an object,
//     such as [time.Time].
//
// CheckType runs built-in rules on made-up values: nil, zero and set ones. It
// only looks up the rules of an application, and does not run them. It cannot
// see that a validator given to [Wrap] has replaced a built-in rule: replace it
// with [Validator.RegisterRule]. It does not check rules behind a field with the
// tag "-", nor the values that an interface field may hold.
//
// Rules can still be added after CheckType. A nil t has no mistakes.
func (v *Validator) CheckType(t reflect.Type) error {
	f := v.family
	f.mu.Lock()
	defer f.mu.Unlock()
	c := &checker{v: v, seen: make(map[reflect.Type]bool)}
	if f.setup != nil {
		c.problems = append(c.problems, f.setup)
	}
	if t != nil {
		c.walk(t)
		c.checkJSON(t)
	}
	return errors.Join(c.problems...)
}

type checker struct {
	v        *Validator
	seen     map[reflect.Type]bool
	problems []error
}

func (c *checker) addf(t reflect.Type, field, rule, format string, args ...any) {
	c.problems = append(c.problems, &TypeError{Type: t, Field: field, Rule: rule, Problem: fmt.Sprintf(format, args...)})
}

// walk checks the tags of the structs that t leads to, each once.
func (c *checker) walk(t reflect.Type) {
	if c.seen[t] {
		return
	}
	c.seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		c.walk(t.Elem())
	case reflect.Map:
		c.walk(t.Key())
		c.walk(t.Elem())
	case reflect.Struct:
		if !t.ConvertibleTo(timeType) {
			c.checkStruct(t)
		}
	}
}

func (c *checker) checkStruct(t reflect.Type) {
	other := otherTag(c.v.tag)
	own, foreign := false, ""
	var parents []reflect.Value // made when there is a tag to try
	for f := range t.Fields() {
		if !f.IsExported() && !f.Anonymous {
			continue
		}
		tag := f.Tag.Get(c.v.tag)
		own = own || tag != ""
		if text := f.Tag.Get(other); foreign == "" && text != "" && text != "-" {
			foreign = f.Name
		}
		if tag == "-" {
			continue
		}
		if tag != "" {
			if parents == nil {
				parents = samples(t)
			}
			(&fieldCheck{checker: c, owner: t, parents: parents, field: f}).check(tag)
		}
		c.checkDive(t, f, tag)
		c.walk(f.Type)
	}
	if !own && foreign != "" {
		c.addf(t, foreign, "",
			"has a %q tag, and the type has no %q tags, so nothing would be checked: rename the tags to %q, or say WithTag(%q)",
			other, c.v.tag, c.v.tag, other)
	}
}

// otherTag returns the tag in which rules are left behind by mistake.
func otherTag(tag string) string {
	if tag == bindingTag {
		return DefaultTag
	}
	return bindingTag
}
