package webhook

import (
	"encoding/json"
	"reflect"

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
		if data, err := json.Marshal(e.Validator().Example(e.Type)); err == nil {
			all = append(all, wire.EventExample{Name: e.Name, Data: data})
		}
	}
	return all
}
