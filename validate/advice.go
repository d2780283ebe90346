package validate

import (
	"fmt"
	"reflect"
	"strings"
)

var stringerType = reflect.TypeFor[fmt.Stringer]()

// advice explains a mistake and its fix. The text is that of validator's panic
// when it ran a rule on a field of type t.
func advice(name, text string, t reflect.Type) string {
	switch {
	case pairRules[name] && strings.HasPrefix(text, "Bad param number"):
		return fmt.Sprintf("does not have pairs of field and value: write them as in %q", name+"=Field value")
	case pairRules[name] && strings.HasPrefix(text, "Duplicate param"):
		return "names a field twice: name each once"
	case pairRules[name] && strings.HasPrefix(text, "strconv."):
		return "compares a field with a value that does not fit the field's type: write one that does"
	case strings.HasPrefix(text, "strconv."):
		return fmt.Sprintf("has a parameter that does not fit a field of type %s: write %s, as in %q",
			t, paramKind(t), name+"="+exampleFor(t))
	case name == "postcode_iso3166_alpha2_field" && strings.HasPrefix(text, "Bad field type"):
		return "needs a string in the field that it names: change that field's type"
	case name == "unique" && strings.HasPrefix(text, "Bad field name"):
		return "names a field that is not there: write the Go name of a field of the elements"
	case strings.HasPrefix(text, "runtime error: slice bounds"):
		return "goes into a list or a map without naming an element: write one, as in \"List[0]\""
	case strings.Contains(text, "pointer to embedded struct"):
		return "names a field of an embedded pointer, which can be nil: embed the struct itself"
	case strings.HasPrefix(text, "Bad field type"),
		strings.Contains(text, "reflect.Value"), strings.Contains(text, "unhashable"):
		return fmt.Sprintf("cannot apply to a field of type %s: remove it or change the type", t)
	default:
		return fmt.Sprintf("fails on a field of type %s: %s", t, text)
	}
}

func paramKind(t reflect.Type) string {
	switch t = indirect(t); {
	case t == durationType:
		return "a duration"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Float32, t.Kind() == reflect.Float64:
		return "a number"
	default:
		return "a whole number"
	}
}

func exampleFor(t reflect.Type) string {
	switch t = indirect(t); {
	case t == durationType:
		return "1h"
	case t.Kind() == reflect.Bool:
		return "true"
	case t.Kind() == reflect.Float32, t.Kind() == reflect.Float64:
		return "1.5"
	default:
		return "1"
	}
}

func exampleParam(name string) string {
	switch {
	case strings.Contains(name, "oneof"), strings.Contains(name, "noneof"):
		return "red green"
	case name == "datetime":
		return "2006-01-02"
	case name == "postcode_iso3166_alpha2":
		return "DE"
	case strings.HasSuffix(name, "csfield"):
		return "Inner.Field"
	default:
		return "text"
	}
}
