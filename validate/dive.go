package validate

import (
	"reflect"
	"slices"
	"strings"
)

// checkDive reports a collection whose elements have rules that no "dive" in the
// tag reaches.
func (c *checker) checkDive(owner reflect.Type, f reflect.StructField, tag string) {
	elem, depth := indirect(f.Type), 0
	for isCollection(elem.Kind()) {
		if depth++; depth > sampleDepth || !isCollection(c.kindOf(elem)) {
			return // a type such as []T that is its own element, or one that validator does not see
		}
		elem = indirect(elem.Elem())
	}
	missing := depth - dives(tag)
	if missing <= 0 || !c.hasRules(elem, make(map[reflect.Type]bool)) {
		return
	}
	words := strings.Repeat(",dive", missing)
	purpose := tag + ",nostructlevel"
	if tag == "" {
		words, purpose = words[1:], "-"
	}
	c.addf(owner, f.Name, "",
		"holds values of type %s, whose rules would not be checked: write `%s:%q`, or `%s:%q` if that is on purpose",
		elem, c.v.tag, tag+words, c.v.tag, purpose)
}

func isCollection(kind reflect.Kind) bool {
	return kind == reflect.Slice || kind == reflect.Array || kind == reflect.Map
}

// dives counts the levels of collections that a tag goes into. It counts all for
// a tag that keeps validator out of structs.
func dives(tag string) int {
	count, inKeys := 0, false
	words := strings.Split(tag, ",")
	for _, word := range words {
		switch {
		case word == "keys":
			inKeys = true
		case word == "endkeys":
			inKeys = false
		case word == "dive" && !inKeys:
			count++
		}
	}
	if slices.Contains(words, "nostructlevel") || slices.Contains(words, "structonly") {
		return sampleDepth
	}
	return count
}

// hasRules reports whether validator would find rules in a struct of type t.
func (c *checker) hasRules(t reflect.Type, seen map[reflect.Type]bool) bool {
	if t = indirect(t); t.Kind() != reflect.Struct || t.ConvertibleTo(timeType) || seen[t] {
		return false
	}
	seen[t] = true
	if len(c.v.family.structRules[t]) > 0 {
		return true
	}
	for f := range t.Fields() {
		tag := f.Tag.Get(c.v.tag)
		if tag == "-" || !f.IsExported() && !f.Anonymous {
			continue
		}
		if tag != "" || c.hasRules(f.Type, seen) {
			return true
		}
	}
	return false
}
