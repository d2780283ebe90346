package sdk

import (
	"reflect"

	"github.com/inngest/inngestgo"
)

// eventPackage is where the SDK declares its events.
var eventPackage = reflect.TypeFor[inngestgo.Event]().PkgPath()

// Envelope is an event of the SDK without its type parameter.
type Envelope struct {
	ID, Name, Version string
	Timestamp         int64 // milliseconds since 1970
	Data              any
	User              map[string]any
}

// Open reads an inngestgo.Event or inngestgo.GenericEvent, a struct that embeds
// one, or a pointer to either, and reports whether ev is one. Only reflection reads them all without
// passing the data through JSON twice.
func Open(ev any) (Envelope, bool) {
	v := reflect.Indirect(reflect.ValueOf(ev))
	if !v.IsValid() || v.Kind() != reflect.Struct {
		return Envelope{}, false
	}
	if v.Type().PkgPath() != eventPackage {
		if v = embedded(v); !v.IsValid() {
			return Envelope{}, false
		}
	}
	e := Envelope{
		Name:      v.FieldByName("Name").String(),
		Version:   v.FieldByName("Version").String(),
		Timestamp: v.FieldByName("Timestamp").Int(),
		Data:      v.FieldByName("Data").Interface(),
	}
	if id, ok := reflect.TypeAssert[*string](v.FieldByName("ID")); ok && id != nil {
		e.ID = *id
	}
	e.User, _ = reflect.TypeAssert[map[string]any](v.FieldByName("User"))
	return e, true
}

// embedded returns the event that a struct embeds, or no value.
func embedded(v reflect.Value) reflect.Value {
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.Anonymous && f.Type.Kind() == reflect.Struct && f.Type.PkgPath() == eventPackage {
			return v.Field(i)
		}
	}
	return reflect.Value{}
}
