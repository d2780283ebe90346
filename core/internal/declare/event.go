package declare

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/inngestkit/inngestkit/core/internal/mistake"
	"github.com/inngestkit/inngestkit/core/internal/settings"
	"github.com/inngestkit/inngestkit/internal/wire"
	"github.com/inngestkit/inngestkit/validate"
)

// Event is the definition of an event: its name and the type of its data.
type Event struct {
	Name string
	Type reflect.Type
	// Tag is the struct tag that rules are read from, or empty for "validate".
	Tag string
	// Own is the application's own validator, or nil for the default one.
	Own *validate.Validator
	// Site is the place of the definition in the source.
	Site string

	// sound is set once its rules have been checked, and told once its
	// mistakes have been reported as another app's. The registry guards both.
	sound, told bool
}

// Validator returns the validator of the event's data.
func (e *Event) Validator() *validate.Validator {
	v := e.Own
	if v == nil {
		v = validate.Default()
	}
	if e.Tag != "" {
		v = v.ForTag(e.Tag)
	}
	return v
}

// Validate checks data of the definition's type.
func (e *Event) Validate(data any) error { return e.Validator().Struct(data) }

// Decode reads data's JSON into a new value of the definition's type and
// validates it.
func (e *Event) Decode(data []byte) error {
	return e.Validator().Decode(data, reflect.New(e.Type).Interface())
}

// Check adds the definition's mistakes.
func (e *Event) Check(l *mistake.List) {
	switch {
	case e.Name == "":
		l.Add(e.Where(), "", "an event needs a name", `write DefineEvent[%s]("order.created")`, e.Type)
	case BadEventName(e.Name):
		l.Add(e.Where(), "", fmt.Sprintf("an event's name holds no spaces or control characters, at most %d bytes, and '*' only at its end, after '.' or '/'", wire.MaxEventNameBytes), `write one such as "order.created"`)
	}
	checkDataType(l, e.Where(), e.Type, e.Validator())
}

// Where names the definition and its place.
func (e *Event) Where() string { return fmt.Sprintf("event %q (%s)", e.Name, e.Site) }

// checkDataType checks which type the data of an event has, and its tags.
func checkDataType(l *mistake.List, where string, t reflect.Type, v *validate.Validator) {
	switch t.Kind() {
	case reflect.Pointer:
		l.Add(where, "", fmt.Sprintf("its data type is the pointer %s, and every event has data", t), "write %s", t.Elem())
	case reflect.Interface:
	case reflect.Struct, reflect.Map:
		for _, err := range unjoined(v.CheckType(t)) {
			l.Add(where, "", "its data cannot be validated: "+err.Error(), "fix that tag")
		}
	default:
		l.Add(where, "", fmt.Sprintf("its data type is %s, and event data is a JSON object", t), "write a struct that holds it: struct{ Items %s }", t)
	}
}

// unjoined returns the errors that errors.Join has joined.
func unjoined(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

// BadEventName reports whether no event or wildcard can have this name. A star
// matches only text that follows a '.' or '/'.
func BadEventName(name string) bool {
	stem, star := strings.CutSuffix(name, "*")
	return settings.HoldsSpace(name) || len(name) > wire.MaxEventNameBytes || strings.Contains(stem, "*") ||
		star && !strings.HasSuffix(stem, ".") && !strings.HasSuffix(stem, "/")
}

// Wildcard reports whether a name matches several events.
func Wildcard(name string) bool { return strings.HasSuffix(name, "*") }
