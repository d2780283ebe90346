package engine

import (
	"cmp"
	"slices"
)

// registry holds the registered apps and functions.
type registry struct {
	apps      map[string]*app      // by name
	functions map[string]*function // by composite id
	byUUID    map[string]*function
	byEvent   map[string][]*function
	wildcards []*function // those with a wildcard trigger
	order     int
}

func newRegistry() registry {
	return registry{apps: map[string]*app{}, functions: map[string]*function{}}
}

// put adds or replaces an app. If another app registered a function with the same
// id, the latest sync wins. put returns the functions of other apps that are in
// force again, because the app no longer has a function with their id.
func (r *registry) put(a *app) (again []*function) {
	for _, fn := range a.functions {
		r.order++
		fn.order = r.order
	}
	r.apps[a.name] = a
	again = r.index()
	return slices.DeleteFunc(again, func(fn *function) bool { return fn.app == a })
}

// remove removes an app. It returns the functions of other apps that are in
// force again.
func (r *registry) remove(name string) (again []*function) {
	delete(r.apps, name)
	return r.index()
}

// lookup finds a function by its composite id or its UUID.
func (r *registry) lookup(id string) *function {
	if fn := r.functions[id]; fn != nil {
		return fn
	}
	return r.byUUID[id]
}

// current returns the registered function with fn's id, or fn if none is
// registered any more.
func (r *registry) current(fn *function) *function {
	if latest := r.functions[fn.id]; latest != nil {
		return latest
	}
	return fn
}

// index builds the maps from ids, UUIDs and events to functions. It returns the
// functions that were not in force before.
func (r *registry) index() (fresh []*function) {
	before := r.functions
	r.functions = map[string]*function{}
	for _, a := range r.apps {
		for _, fn := range a.functions {
			if other := r.functions[fn.id]; other == nil || other.order < fn.order {
				r.functions[fn.id] = fn
			}
		}
	}
	r.byEvent, r.byUUID, r.wildcards = map[string][]*function{}, map[string]*function{}, nil
	for _, fn := range r.ordered() {
		r.byUUID[fn.uuid] = fn
		wild := false
		for _, t := range fn.triggers {
			switch _, star := wildcard(t.event); {
			case t.event == "":
			case star:
				wild = true
			case !slices.Contains(r.byEvent[t.event], fn):
				r.byEvent[t.event] = append(r.byEvent[t.event], fn)
			}
		}
		if wild {
			r.wildcards = append(r.wildcards, fn)
		}
		if before[fn.id] != fn {
			fresh = append(fresh, fn)
		}
	}
	return fresh
}

// ordered returns the functions in the order of their registration.
func (r *registry) ordered() []*function {
	all := make([]*function, 0, len(r.functions))
	for _, fn := range r.functions {
		all = append(all, fn)
	}
	slices.SortFunc(all, byOrder)
	return all
}

func byOrder(a, b *function) int { return cmp.Compare(a.order, b.order) }

// triggered returns the functions that the event starts. A function appears
// once, even if several of its triggers match.
func (r *registry) triggered(ev *event) []*function {
	exact := r.byEvent[ev.Name]
	if len(exact) == 0 && len(r.wildcards) == 0 {
		return nil
	}
	candidates := slices.Concat(exact, r.wildcards)
	slices.SortFunc(candidates, byOrder)
	candidates = slices.Compact(candidates)
	return slices.DeleteFunc(candidates, func(fn *function) bool { return !fn.startedBy(ev) })
}
