package validate

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"
)

// fieldCheck checks the tag of one field.
type fieldCheck struct {
	*checker
	owner  reflect.Type
	parent reflect.Value // a sample of owner
	name   string
	failed bool
}

func (c *fieldCheck) problemf(rule, format string, args ...any) {
	c.failed = true
	c.problems = append(c.problems, fmt.Errorf("%s: field %s: rule %q %s",
		c.owner, c.name, rule, fmt.Sprintf(format, args...)))
}

// check tries the rules of a tag one at a time, so that one that fails does
// not hide the next, and then the tag as a whole for mistakes of form.
func (c *fieldCheck) check(tag string, t reflect.Type) {
	c.words(strings.Split(tag, ","), t)
	if c.failed {
		return
	}
	if text := panicText(func() { _ = c.v.engine.Var(nil, tag) }); text != "" {
		c.problemf(tag, "cannot be read: %s", text)
	}
}

// words follows the tag into collections. A nil type is one nothing is known
// about: rules must exist, but are not tried.
func (c *fieldCheck) words(words []string, t reflect.Type) {
	for i := 0; i < len(words); i++ {
		switch word := words[i]; word {
		case "omitempty", "omitnil", "omitzero", "structonly", "nostructlevel", "endkeys":
		case "dive":
			var key reflect.Type
			key, t = c.dive(t)
			if i+1 < len(words) && words[i+1] == "keys" {
				end := i + 2
				for end < len(words) && words[end] != "endkeys" {
					end++
				}
				c.words(words[i+2:end], key)
				i = end
			}
		case "keys":
			c.problemf(word, `stands alone: write "dive,keys,...,endkeys"`)
		case "":
			c.problemf(word, "is empty: remove the extra comma")
		default:
			for alternative := range strings.SplitSeq(word, "|") {
				c.rule(alternative, t)
			}
		}
	}
}

// dive returns the key and element types of a collection.
func (c *fieldCheck) dive(t reflect.Type) (key, elem reflect.Type) {
	if t == nil {
		return nil, nil
	}
	switch into := indirect(t); into.Kind() {
	case reflect.Slice, reflect.Array:
		return nil, into.Elem()
	case reflect.Map:
		return into.Key(), into.Elem()
	case reflect.Interface:
		return nil, nil
	}
	if panicText(func() { c.try(c.v.engine, "dive", t) }) != "" {
		c.problemf("dive", "cannot apply to a field of type %s: it is for slices, arrays and maps, remove it", t)
	}
	return nil, nil
}

func (c *fieldCheck) rule(word string, t reflect.Type) {
	name, param, _ := strings.Cut(word, "=")
	if text := panicText(func() { _ = c.v.engine.Var(nil, word) }); text != "" {
		c.undefined(word, name, text)
		return
	}
	if !isBuiltIn[name] || c.replaced(name) || !c.hasParam(name, param) || !c.hasFields(name, param) {
		return
	}
	if t == nil || indirect(t).Kind() == reflect.Interface {
		return
	}
	if isTextRule[name] && !c.isText(t) {
		c.problemf(word, "cannot apply to a field of type %s: it is for strings, remove it or change the type", t)
		return
	}
	text := panicText(func() { c.try(trial, word, t) })
	if text == "" {
		return
	}
	// The application's validator may see the field as another type.
	if text = panicText(func() { c.try(c.v.engine, word, t) }); text != "" {
		c.problemf(word, "%s", advice(name, text, t))
	}
}

// try runs one rule on a sample of t.
func (c *fieldCheck) try(engine *validator.Validate, word string, t reflect.Type) {
	value := sample(t, sampleDepth).Interface()
	if indirect(t).Kind() == reflect.Struct {
		// With a key validator tests the struct itself. The second word keeps
		// it out of the fields, which have their turn.
		_ = engine.VarWithKey(c.name, value, word+",nostructlevel")
		return
	}
	_ = engine.VarWithValue(value, c.parent.Interface(), word)
}

func (c *fieldCheck) undefined(word, name, text string) {
	if strings.HasPrefix(text, "Undefined validation function") {
		if parts := strings.Split(text, "'"); len(parts) > 2 && parts[1] != name {
			c.problemf(word, "is an alias that uses %q, which is not defined", parts[1])
			return
		}
		instead := "add it with RegisterRule before the first use"
		if guess := nearest(name, c.v.family.rules); guess != "" {
			instead = fmt.Sprintf("write %q, or %s", guess, instead)
		}
		c.problemf(word, "is not defined: %s", instead)
		return
	}
	c.problemf(word, "cannot be read: %s", text)
}

func (c *fieldCheck) replaced(name string) bool {
	for _, r := range c.v.family.rules {
		if r.tag == name {
			return true
		}
	}
	return false
}

func (c *fieldCheck) hasParam(name, param string) bool {
	if strings.TrimSpace(param) != "" {
		return true
	}
	switch {
	case fieldRules[name], fieldListRules[name]:
		c.problemf(name, "names no field: write the Go name of a field of %s, as in %q", c.owner, name+"=Field")
	case pairRules[name]:
		c.problemf(name, "names no field: write a field and its value, as in %q", name+"=Field value")
	case paramRules[name] && param == "":
		c.problemf(name, "has no parameter: write one, as in %q", name+"="+exampleParam(name))
	default:
		return true
	}
	return false
}

// hasFields checks the names of fields in a parameter. Rules that start from
// the outermost struct ("eqcsfield") are not: it is not known here.
func (c *fieldCheck) hasFields(name, param string) bool {
	var names []string
	switch {
	case fieldRules[name]:
		names = []string{param}
	case fieldListRules[name]:
		names = strings.Fields(param)
	case pairRules[name] && !strings.Contains(param, "'"):
		for i, word := range strings.Fields(param) {
			if i%2 == 0 {
				names = append(names, word)
			}
		}
	}
	for _, path := range names {
		first, _, _ := strings.Cut(strings.Trim(path, "'"), ".")
		first, _, _ = strings.Cut(first, "[")
		if _, ok := c.owner.FieldByName(first); ok {
			continue
		}
		instead := "write the Go name of one of its fields"
		if field, ok := fieldNamed(c.owner, first); ok {
			instead = fmt.Sprintf("write the Go name, %q", field)
		}
		c.problemf(name+"="+param, "names %q, which is not a field of %s: %s", first, c.owner, instead)
		return false
	}
	return true
}

// fieldNamed finds a field by its JSON name or by its Go name in another case.
func fieldNamed(t reflect.Type, name string) (string, bool) {
	for _, f := range reflect.VisibleFields(t) {
		if jsonName(f) == name || strings.EqualFold(f.Name, name) {
			return f.Name, true
		}
	}
	return "", false
}

// isText reports whether the validator may see text in a field of type t.
func (c *fieldCheck) isText(t reflect.Type) bool {
	if indirect(t).Kind() == reflect.String || reflect.PointerTo(t).Implements(stringerType) {
		return true
	}
	// The kind in the error is what is left once the application's type
	// functions and the value's own ValidatorValue had their say.
	var err error
	if panicText(func() {
		err = c.v.engine.VarWithKey(c.name, sample(t, sampleDepth).Interface(), "isdefault,nostructlevel")
	}) != "" {
		return true
	}
	broken, ok := errors.AsType[validator.ValidationErrors](err)
	return !ok || broken[0].Kind() == reflect.String || broken[0].Kind() == reflect.Interface
}
