package declare

import (
	"reflect"
	"sync"

	"github.com/inngestkit/inngestkit/core/internal/mistake"
)

// Events are the definitions of the process. An app checks its own; of others
// it warns.
var Events Registry

// Registry holds definitions. It is safe for concurrent use.
type Registry struct {
	mu     sync.Mutex
	all    []*Event
	byType map[eventKey]*Event
}

type eventKey struct {
	name string
	typ  reflect.Type
}

// Add adds a definition.
func (r *Registry) Add(e *Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byType == nil {
		r.byType = map[eventKey]*Event{}
	}
	key := eventKey{e.Name, e.Type}
	if old := r.byType[key]; old == nil || old.Site != e.Site {
		r.all = append(r.all, e)
	}
	r.byType[key] = e
}

// Find returns the definition of a name with that type, or nil.
func (r *Registry) Find(name string, typ reflect.Type) *Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byType[eventKey{name, typ}]
}

// Named returns the only sound definition of a name, or nil if there is none or
// they disagree about the type.
func (r *Registry) Named(name string) *Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found *Event
	for key, e := range r.byType {
		if key.name != name {
			continue
		}
		if found != nil {
			return nil
		}
		found = e
	}
	if found == nil {
		return nil
	}
	if r.check(&mistake.List{}, found); !found.sound {
		return nil
	}
	return found
}

// Check adds the mistakes of a definition. Sound ones are checked once.
func (r *Registry) Check(l *mistake.List, e *Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.check(l, e)
}

func (r *Registry) check(l *mistake.List, e *Event) {
	if e.sound {
		return
	}
	before := len(l.All)
	e.Check(l)
	e.sound = len(l.All) == before
}

// CheckOthers adds the mistakes of the definitions that skip does not report
// to be an app's own. Each is reported once in a process.
func (r *Registry) CheckOthers(l *mistake.List, skip func(*Event) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.all {
		if !e.told && !skip(e) {
			r.check(l, e)
			e.told = true
		}
	}
}
