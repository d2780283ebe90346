package validate

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

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

// hasFields checks the names of fields in a parameter. It cannot check those
// that start from the outermost struct ("eqcsfield"): that struct is unknown.
func (c *fieldCheck) hasFields(name, param string) bool {
	for _, path := range named(name, param) {
		first, _, _ := strings.Cut(path, ".")
		first, _, _ = strings.Cut(first, "[")
		f, ok := c.owner.FieldByName(first)
		if !ok {
			instead := "write the Go name of one of its fields"
			if field, ok := fieldNamed(c.owner, first); ok {
				instead = fmt.Sprintf("write the Go name, %q", field)
			}
			c.problemf(name+"="+param, "names %q, which is not a field of %s: %s", first, c.owner, instead)
			return false
		}
		if embedded := pointerTo(c.owner, f.Index); embedded != "" {
			c.problemf(name+"="+param, "names %q, a field of the embedded pointer %s, which can be nil: write %q",
				first, embedded, embedded+"."+path)
			return false
		}
	}
	return true
}

// pointerTo returns the path to the last embedded pointer on the way to the
// field at index, or "" if there is none.
func pointerTo(t reflect.Type, index []int) string {
	path, last := "", ""
	for _, i := range index[:len(index)-1] {
		f := indirect(t).Field(i)
		path = joinPath(path, f.Name)
		if t = f.Type; t.Kind() == reflect.Pointer {
			last = path
		}
	}
	return last
}

// named lists the fields of the same struct that a rule names.
func named(name, param string) []string {
	switch {
	case fieldRules[name]:
		return []string{param}
	case fieldListRules[name]:
		return paramWords(param)
	case pairRules[name]:
		var names []string
		for i, word := range paramWords(param) {
			if i%2 == 0 {
				names = append(names, word)
			}
		}
		return names
	}
	return nil
}

// pairs splits a rule that compares several fields into rules that compare one.
// The rule stops at the first field that differs, and would hide the others.
func pairs(name, param string) []string {
	if !pairRules[name] {
		return nil
	}
	var rules []string
	for pair := range slices.Chunk(quotedWords.FindAllString(param, -1), 2) {
		rules = append(rules, name+"="+strings.Join(pair, " "))
	}
	return rules
}

// quotedWords matches the words of a parameter as validator does.
var quotedWords = regexp.MustCompile(`'[^']*'|\S+`)

func paramWords(param string) []string {
	words := quotedWords.FindAllString(param, -1)
	for i, word := range words {
		words[i] = strings.ReplaceAll(word, "'", "")
	}
	return words
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
