package validate

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/go-playground/validator/v10"
)

// CheckType looks at a type with [Default]; see [Validator.CheckType].
func CheckType(t reflect.Type) error { return Default().CheckType(t) }

// CheckType looks at every rule in the tags of t and of the types it holds, and
// returns all that is wrong, joined: rules that are not defined, parameters
// that cannot be read, rules that cannot apply to the kind of their field,
// fields that a rule names and the struct does not have, and structs whose
// rules are all in a tag this validator does not read ("binding" for
// "validate", or the other way around). Fields tagged "-" are left out.
//
// Built-in rules are tried on made-up values; rules that an application added
// are looked up and not run. (To give the name of a built-in rule to another,
// use [Validator.RegisterRule], also after [Wrap]: CheckType cannot see that the
// application's validator replaced one.) What an interface field will hold is
// not known to a type, and so not checked.
//
// CheckType is not yet a use: rules can be added after it, until the first value
// is validated. A nil type is fine.
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
	}
	return errors.Join(c.problems...)
}

type checker struct {
	v        *Validator
	seen     map[reflect.Type]bool
	problems []error
}

// walk checks the structs that t leads to, each once.
func (c *checker) walk(t reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		c.walk(t.Elem())
	case reflect.Map:
		c.walk(t.Key())
		c.walk(t.Elem())
	case reflect.Struct:
		if c.seen[t] || t.ConvertibleTo(timeType) {
			return
		}
		c.seen[t] = true
		c.checkStruct(t)
	}
}

func (c *checker) checkStruct(t reflect.Type) {
	other := otherTag(c.v.tag)
	own, foreign := false, ""
	var parent reflect.Value // made when there is a tag to try
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
			if !parent.IsValid() {
				parent = sample(t, sampleDepth)
			}
			(&fieldCheck{checker: c, owner: t, parent: parent, name: f.Name}).check(tag, f.Type)
		}
		c.walk(f.Type)
	}
	if !own && foreign != "" {
		c.problems = append(c.problems, fmt.Errorf(
			"%s: field %s: has a %q tag, and the type has no %q tags, so nothing would be checked: rename the tags to %q, or say WithTag(%q)",
			t, foreign, other, c.v.tag, c.v.tag, other))
	}
}

// otherTag is the tag in which rules are left behind by mistake.
func otherTag(tag string) string {
	if tag == bindingTag {
		return DefaultTag
	}
	return bindingTag
}

// trial runs built-in rules on samples. Rules are tried here first, so that an
// application's code runs only to make sure of a rule that failed here.
var trial = validator.New(validator.WithRequiredStructEnabled())
