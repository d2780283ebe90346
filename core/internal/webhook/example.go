package webhook

import (
	"encoding/json"
	"reflect"

	"github.com/inngestkit/inngestkit/core/internal/declare"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// eventExamples returns examples of the events that the app knows. A dev server
// begins forms with them; no other server receives them.
func (a *App) eventExamples() []wire.EventExample {
	if !a.Settings.Dev() {
		return nil
	}
	var all []wire.EventExample
	for _, e := range a.Known() {
		if e.Type.Kind() != reflect.Struct {
			continue // a map's type says nothing about its data
		}
		if data := example(e); data != nil {
			all = append(all, wire.EventExample{Name: e.Name, Data: data})
		}
	}
	return all
}

// example returns an example of an event's data, or nil: a type's own method may
// fail, or panic, with the values of an example.
func example(e *declare.Event) (data json.RawMessage) {
	defer func() {
		if recover() != nil {
			data = nil
		}
	}()
	data, err := json.Marshal(e.Validator().Example(e.Type))
	if err != nil {
		return nil
	}
	return data
}
