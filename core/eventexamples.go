package inngestkit

import (
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// eventExamples are examples of the events that the app knows, for a dev server to
// begin forms with. Nobody else is told.
func (a *App) eventExamples() []wire.EventExample {
	if !a.settings.dev() {
		return nil
	}
	a.mu.RLock()
	known := slices.SortedFunc(maps.Values(a.known), func(x, y *definition) int { return cmp.Compare(x.name, y.name) })
	a.mu.RUnlock()
	var all []wire.EventExample
	for _, d := range known {
		if d.typ.Kind() != reflect.Struct {
			continue // a map says nothing of what is in it
		}
		if data, err := json.Marshal(d.validator().Example(d.typ)); err == nil {
			all = append(all, wire.EventExample{Name: d.name, Data: data})
		}
	}
	return all
}
