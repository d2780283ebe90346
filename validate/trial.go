package validate

import (
	"reflect"

	"github.com/go-playground/validator/v10"
)

// trial runs built-in rules on samples, before the application's validator does
// to confirm a failure. So its type functions run as rarely as possible.
var trial = validator.New(validator.WithRequiredStructEnabled())

// panics runs one rule on samples of t and returns the text of the first
// panic, or "" if there is none. Nils are among the samples if nil can get as
// far as the rule.
func (c *fieldCheck) panics(word string, t reflect.Type, nils bool) string {
	parents := c.parents
	if name := ruleName(word); !conditionalRules[name] && !fieldRules[name] && name != "unique" {
		parents = parents[:1]
	}
	for _, value := range samples(t) {
		isNil := isNil(content(value))
		if isNil && !nils {
			continue
		}
		for _, parent := range parents {
			if panicText(func() { _ = try(trial, word, value, parent, isNil) }) == "" {
				continue
			}
			// The application's validator may see the field as another type.
			if text := panicText(func() { _ = try(c.v.engine, word, value, parent, isNil) }); text != "" {
				return text
			}
		}
	}
	return ""
}

// try runs one rule on a value of a field of parent. The value is the only
// element of a slice, since validator does not run rules on a struct without
// a name. The tag's last word keeps validator out of the struct's own fields.
func try(engine *validator.Validate, word string, value, parent reflect.Value, isNil bool) error {
	list := reflect.MakeSlice(reflect.SliceOf(value.Type()), 1, 1)
	list.Index(0).Set(value)
	tag := "dive," + word + ",nostructlevel"
	if isNil {
		// validator runs only conditional rules on nil, and the rules after
		// them. This one names no field, so its condition is never met.
		tag = "dive,required_with," + word + ",nostructlevel"
	}
	return engine.VarWithValue(list.Interface(), parent.Interface(), tag)
}

// nilable reports whether validator can meet a nil in a field of type t.
func nilable(t reflect.Type) bool {
	return isNil(content(reflect.Zero(t)))
}

// isNil reports whether validator takes a content for nil. It takes a nil slice
// or map for an empty one.
func isNil(content reflect.Value) bool {
	kind := content.Kind()
	return (kind == reflect.Pointer || kind == reflect.Interface) && content.IsNil()
}

// content returns the value that validator checks for v: the one behind
// pointers and interfaces, or the one that a [validator.Valuer] returns. If that
// one panics, content returns the Valuer.
func content(v reflect.Value) reflect.Value {
	for v.IsValid() && !isNil(v) {
		if v.CanInterface() {
			if valuer, ok := reflect.TypeAssert[validator.Valuer](v); ok {
				var given any
				if caught(func() { given = valuer.ValidatorValue() }) != nil {
					return v
				}
				v = reflect.ValueOf(given)
				continue
			}
		}
		if kind := v.Kind(); kind != reflect.Pointer && kind != reflect.Interface {
			break
		}
		v = v.Elem()
	}
	return v
}
