package inngestkit

import "slices"

// Mounted says whether an adapter has mounted the app's webhook at this route,
// a path in the router's own syntax, with or without a trailing slash. Write
// adapters with it. It is safe for concurrent use.
func (a *App) Mounted(route string) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return slices.Contains(a.routes, slashed(route))
}

func (a *App) mount(route string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.routes = append(a.routes, slashed(route))
}

func slashed(route string) string {
	if route == "" || route[len(route)-1] != '/' {
		return route + "/"
	}
	return route
}
