package adapter

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// named adds the name of the parameter to an error about its value. If the
// parameter is not certain, named returns the error unchanged.
func named(err error, r *http.Request, path map[string]string) error {
	value, ok := badValue(err)
	if !ok || value == "" || strings.Contains(r.Header.Get("Content-Type"), "xml") {
		return err
	}
	names := namesOf(value, r, path)
	if len(names) != 1 {
		return err
	}
	field, _ := WrongValue(err)
	field.Path = names[0]
	return &ClientError{Status: http.StatusUnprocessableEntity, Fields: []FieldError{field}, Err: err}
}

// badValue returns the value that an error of strconv or time quotes.
func badValue(err error) (string, bool) {
	if number, ok := errors.AsType[*strconv.NumError](err); ok {
		return number.Num, true
	}
	if moment, ok := errors.AsType[*time.ParseError](err); ok {
		return moment.Value, true
	}
	if said, ok := textWith(err, durationErrors...); ok {
		value, err := strconv.Unquote(said[strings.LastIndex(said, "duration ")+len("duration "):])
		return value, err == nil
	}
	return "", false
}

// namesOf returns the names of all parameters of a request with a value, alone
// or in a list.
func namesOf(value string, r *http.Request, path map[string]string) []string {
	var names []string
	add := func(name, has string) {
		if has = strings.TrimSpace(has); has == value || slices.Contains(strings.FieldsFunc(has, separates), value) {
			names = append(names, name)
		}
	}
	for name, has := range path {
		add(name, has)
	}
	for _, name := range wildcards(r.Pattern) {
		add(name, r.PathValue(name))
	}
	sources := []map[string][]string{r.URL.Query(), r.PostForm, r.Header}
	if r.MultipartForm != nil {
		sources = append(sources, r.MultipartForm.Value)
	}
	for _, source := range sources {
		for name, values := range source {
			for _, has := range values {
				add(name, has)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// separates reports whether a character is between the elements of a list.
func separates(c rune) bool { return strings.ContainsRune(",;| \t", c) }

// wildcards returns the names of the wildcards in a pattern of net/http.
func wildcards(pattern string) []string {
	var names []string
	for part := range strings.SplitSeq(pattern, "{") {
		if name, _, ok := strings.Cut(part, "}"); ok && name != "$" {
			names = append(names, strings.TrimSuffix(name, "..."))
		}
	}
	return names
}
