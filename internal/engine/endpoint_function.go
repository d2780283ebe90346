package engine

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// maxEndpoints bounds the functions of an app of endpoints. An endpoint without
// a name makes one for each path. The app forgets its oldest function first.
const maxEndpoints = 500

// endpoint returns the function for a target, and registers it if it is new or
// has changed. The caller holds the lock.
func (e *Engine) endpoint(t endpointTarget, retries int) (*function, error) {
	old := e.registry.apps[t.app]
	if old == nil {
		old = &app{name: t.app, url: t.app, endpoints: true}
	}
	if !old.endpoints {
		return nil, badRequest("the app %q has synced, so it cannot have endpoints", t.app)
	}
	config, _ := json.Marshal(map[string]any{ // strings and numbers always marshal
		"id": t.id(), "name": t.fn,
		"steps": map[string]any{wire.StepAny: map[string]any{
			"id": wire.StepAny, "name": wire.StepAny,
			"runtime": map[string]string{"type": "http", "url": t.app},
			"retries": map[string]int{"attempts": retries},
		}},
	})
	if fn := e.registry.functions[t.id()]; fn != nil && string(fn.config) == string(config) {
		return fn, nil
	}
	a := *old
	fn, err := e.newFunction(&a, config)
	if err != nil {
		return nil, badRequest("%v", err)
	}
	a.syncedAt = e.clock.Now()
	a.functions = slices.DeleteFunc(slices.Clone(old.functions), func(f *function) bool { return f.id == fn.id })
	if a.functions = append(a.functions, fn); len(a.functions) > maxEndpoints {
		a.functions = a.functions[1:]
	}
	e.registry.put(&a)
	e.touchGone(old)
	e.changed(ChangedApp, a.name)
	return fn, nil
}

// errEndpoint refuses to start a run of an endpoint's function. Only the
// endpoint's client can send its request: the engine's calls have no body.
func errEndpoint(fn *function) error {
	return &RequestError{http.StatusConflict, fmt.Sprintf("function %q is an HTTP endpoint: only a request to it begins a run", fn.id)}
}

// appUUID returns an app's UUID, as functionUUID does for a function.
func appUUID(name string) string { return uuid("app", name) }
