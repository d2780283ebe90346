package validate

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/go-playground/validator/v10"
)

// fieldCheck checks the tag of one field.
type fieldCheck struct {
	*checker
	owner   reflect.Type
	parents []reflect.Value // samples of owner
	field   reflect.StructField
	words   []string
	failed  bool
}

func (c *fieldCheck) problemf(rule, format string, args ...any) {
	c.failed = true
	c.addf(c.owner, c.field.Name, rule, format, args...)
}

// check tries the rules of a tag one at a time, so that one mistake does not
// hide the next, and then parses the tag as a whole.
func (c *fieldCheck) check(tag string) {
	if !c.field.IsExported() && indirect(c.field.Type).Kind() != reflect.Struct {
		c.problemf("", "is embedded and not exported, so encoding/json leaves it out: remove its %q tag, or give it an exported name", c.v.tag)
		return
	}
	c.words = strings.Split(tag, ",")
	c.chain(0, len(c.words), c.field.Type)
	if c.failed {
		return
	}
	if text := panicText(func() { _ = c.v.engine.Var(nil, tag) }); text != "" {
		c.problemf(tag, "cannot be read: %s", text)
	}
}

// chain checks the words from begin to end, which apply to a value of type t,
// and follows them into collections.
func (c *fieldCheck) chain(begin, end int, t reflect.Type) {
	nils := false // whether a nil gets as far as the word
	for i := begin; i < end; i++ {
		switch word := c.words[i]; word {
		case "omitempty", "omitnil", "omitzero", "structonly", "nostructlevel", "endkeys":
			nils = false
		case "dive":
			if nils {
				c.refuseNil(i, word, t)
			}
			key, elem := c.dive(t)
			if i+1 < end && c.words[i+1] == "keys" {
				if kind := indirect(t).Kind(); kind == reflect.Slice || kind == reflect.Array {
					c.problemf("keys", "cannot apply to a field of type %s: it is for maps, remove it", t)
				}
				first := i + 2
				i = first + slices.Index(append(c.words[first:end:end], "endkeys"), "endkeys")
				c.chain(first, i, key)
			}
			c.chain(i+1, end, elem)
			return
		case "keys":
			c.problemf(word, `stands alone: write "dive,keys,...,endkeys"`)
		case "":
			c.problemf(strings.Join(c.words, ","), "has an empty word: remove the extra comma")
		default:
			if i == begin {
				nils = nilable(t) && conditionalRules[ruleName(word)] && !c.replaced(ruleName(word))
			}
			nils = c.alternatives(i, t, nils)
		}
	}
}

// alternatives checks a word of one rule, or of several joined by "|". It
// reports whether a nil that gets as far as the word can get past it.
func (c *fieldCheck) alternatives(i int, t reflect.Type, nils bool) bool {
	rules := strings.Split(c.words[i], "|")
	past := false
	for _, word := range rules {
		name := ruleName(word)
		before := len(c.problems)
		c.rule(word, t)
		builtIn := isBuiltIn[name] && !c.replaced(name)
		switch {
		case len(c.problems) > before || !nils:
		case builtIn && len(rules) == 1 && !takesNil(name):
			c.refuseNil(i, word, t)
		case builtIn && len(rules) > 1 && c.panics(word, t, true) != "":
			c.problemf(word, "cannot take the nil of a field of type %s, which the rule before it lets through: write %q",
				t, strings.Replace(c.words[i], "|", ",omitempty,", 1))
		case name != "required":
			past = true
		}
	}
	return past
}

// refuseNil reports a rule that cannot take a nil, and that a conditional rule
// before it lets nils through to.
func (c *fieldCheck) refuseNil(i int, word string, t reflect.Type) {
	fixed := slices.Insert(slices.Clone(c.words), i, "omitempty")
	c.problemf(word, "cannot take the nil of a field of type %s, which the rule before it lets through: write %q", t, strings.Join(fixed, ","))
}

// dive returns the key and element types of a collection. Nothing is known
// about those of an interface.
func (c *fieldCheck) dive(t reflect.Type) (key, elem reflect.Type) {
	switch into := indirect(t); into.Kind() {
	case reflect.Slice, reflect.Array:
		return anyType, into.Elem()
	case reflect.Map:
		return into.Key(), into.Elem()
	case reflect.Interface:
		return anyType, anyType
	}
	if c.panics("dive", t, false) != "" {
		c.problemf("dive", "cannot apply to a field of type %s: it is for slices, arrays and maps, remove it", t)
	}
	return anyType, anyType
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
	if isTextRule[name] && !c.isText(t) {
		c.problemf(word, "cannot apply to a field of type %s: it is for strings, remove it or change the type", t)
		return
	}
	// Of an interface's rules, only the fields that they name are known.
	opaque := indirect(t).Kind() == reflect.Interface
	if opaque && !conditionalRules[name] && !fieldRules[name] {
		return
	}
	for _, part := range append([]string{word}, pairs(name, param)...) {
		if text := c.panics(part, t, opaque || conditionalRules[name]); text != "" {
			c.problemf(word, "%s", advice(name, text, t))
			return
		}
	}
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

// replaced reports whether the application has replaced a rule.
func (c *fieldCheck) replaced(name string) bool {
	return slices.ContainsFunc(c.v.family.rules, func(r rule) bool { return r.name == name })
}

func ruleName(word string) string {
	name, _, _ := strings.Cut(word, "=")
	return name
}

// isText reports whether the validator may see text in a field of type t.
func (c *fieldCheck) isText(t reflect.Type) bool {
	if indirect(t).Kind() == reflect.String || reflect.PointerTo(t).Implements(stringerType) {
		return true
	}
	switch c.kindOf(t) {
	case reflect.String, reflect.Interface, reflect.Invalid:
		return true
	default:
		return false
	}
}

// kindOf returns the kind that the validator sees in a field of type t, which
// an application's type functions and the value's ValidatorValue may change.
// It is Invalid if the kind is not known.
func (c *checker) kindOf(t reflect.Type) reflect.Kind {
	var err error
	_ = panicText(func() {
		err = c.v.engine.VarWithKey("field", sample(t, sampleDepth).Interface(), "isdefault,nostructlevel")
	})
	if broken, ok := errors.AsType[validator.ValidationErrors](err); ok {
		return broken[0].Kind()
	}
	return reflect.Invalid
}
