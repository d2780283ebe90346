package engine

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// An endpoint is an HTTP handler whose steps make a run of each request that it
// takes (SDK specification 10.3.2). It calls the engine first: the function,
// and the app of its domain, are made of the request.

// maxEndpoints is how many functions an app of endpoints has at most: an
// author who names none gets one for each path. The oldest is forgotten first.
const maxEndpoints = 500

// endpoint returns the function of a request, registered if it is new. The
// caller holds the lock.
func (e *Engine) endpoint(t endpointTarget, retries int) (*function, error) {
	old := e.registry.apps[t.app]
	if old == nil {
		old = &app{name: t.app, url: t.app, endpoints: true}
	}
	if !old.endpoints {
		return nil, badRequest("the app %q has synced, and so cannot have endpoints", t.app)
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

// errEndpoint refuses to begin a run for an endpoint: nobody else has the
// request, and the one that it would be called with has no body.
func errEndpoint(fn *function) error {
	return &RequestError{http.StatusConflict, fmt.Sprintf("function %q is an HTTP endpoint, whose runs begin with requests to it: make one", fn.id)}
}

// appUUID names an app, as functionUUID does a function.
func appUUID(name string) string { return uuid("app", name) }
