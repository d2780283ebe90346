package declare

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/inngestkit/inngestkit/core/internal/mistake"
)

// checkFit adds a mistake if the handler's type shares no JSON field with the
// type of an event that starts it: the function would run with zeros.
func (f *Function) checkFit(l *mistake.List) {
	handler := f.Shell.DataType()
	for _, e := range f.Events {
		if e.Type == handler || e.Type.Kind() != reflect.Struct || handler.Kind() != reflect.Struct {
			continue
		}
		theirs, ours := jsonFields(e.Type), jsonFields(handler)
		if len(theirs) > 0 && len(ours) > 0 && !slices.ContainsFunc(ours, func(own jsonField) bool { return hasField(theirs, own.name) }) {
			l.Add(f.Where(), "", fmt.Sprintf("its handler takes %s, which shares no JSON field with %s, the type of event %q", handler, e.Type, e.Name), "write Input[%s], or declare it with EventType.Function", e.Type)
		}
	}
}

// Misfits describes required fields of the handler's type, or of the type of an
// event that starts it, that the other type lacks.
func (f *Function) Misfits() []string {
	var all []string
	handler := f.Shell.DataType()
	for _, e := range f.Events {
		if e.Type == handler || e.Type.Kind() != reflect.Struct || handler.Kind() != reflect.Struct {
			continue
		}
		theirs, ours := jsonFields(e.Type), jsonFields(handler)
		for _, field := range ours {
			if field.required && !hasField(theirs, field.name) {
				all = append(all, fmt.Sprintf("the handler's %s requires %q, which %s of event %q lacks: every such event is invalid", handler, field.name, e.Type, e.Name))
			}
		}
		for _, field := range theirs {
			if field.required && !hasField(ours, field.name) {
				all = append(all, fmt.Sprintf("event %q requires %q of %s, which the handler's %s lacks", e.Name, field.name, e.Type, handler))
			}
		}
	}
	return all
}

// jsonField is a field as encoding/json names it.
type jsonField struct {
	name     string
	required bool
}

func hasField(all []jsonField, name string) bool {
	return slices.ContainsFunc(all, func(f jsonField) bool { return strings.EqualFold(f.name, name) })
}

// jsonFields lists the fields of a struct, with those of embedded ones.
func jsonFields(t reflect.Type) []jsonField {
	var all []jsonField
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" || f.Anonymous && name == "" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		rules := strings.Split(f.Tag.Get("validate"), ",")
		all = append(all, jsonField{name, slices.Contains(rules, "required")})
	}
	return all
}
